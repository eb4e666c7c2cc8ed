"""Each of the six files read with somebody else's reader, back into the same small picture of its numbers.

``Reading.windows``: one (commitment, window, minimum, actual, percent, label of the status) for every
window; a percent is None where the file says that it is not known.
"""

import csv
import io
import json
import re
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

import docx
import openpyxl
import pypdf
from lxml import html

from reports.enough import enough_of, rounded_down_once, rounded_up
from reports.figures import NUMBERED, has_number
from reports.forecast import WORTH_SAYING, Withheld
from reports.labels import status_label
from reports.outlook import withheld_words
from reports.progress import percent_floor, under_one_percent
from reports.status import Status
from reports.wording import percent, titled

NO_AREA = "Inget område angivet"  # how many rows name none stands under the areas

_TEXTS = {"delperiod", "klart senast", "klart den", "länk"}


@dataclass
class Reading:
    text: str
    windows: list[tuple] = field(default_factory=list)
    areas: list[tuple] = field(default_factory=list)
    pupils: list[tuple] = field(default_factory=list)  # (window, classes, met, pupils, pupils met)
    forecasts: list[tuple] = field(
        default_factory=list
    )  # (commitment, window, low, high, percent) or without one
    others: list[tuple] = field(
        default_factory=list
    )  # windows without a number to reach, see expected_others
    original: list[tuple] = field(default_factory=list)  # (commitment, window, minimum, actual, verdict)
    left: list[tuple] = field(default_factory=list)  # (commitment, window, missing, pace needed, so far)


def expected_windows(evaluation):
    """What every file must say, from the object itself."""
    return [
        (
            line.number,
            titled(window),
            None if target.kind == "coverage" and not window.cells else window.minimum,
            _actual(window),
            None if window.share is None else percent_floor(window.share),
            status_label(window.status),
        )
        for line in evaluation.lines
        for target in line.targets
        if has_number(target)
        for window in target.progress.windows
    ]


def expected_others(evaluation):
    """(commitment, window, asked, answered, waiting), (commitment, due, done, link), (commitment, window, number)."""
    found = []
    for line in evaluation.lines:
        for target in line.targets:
            for window in target.progress.windows:
                if window.requests:
                    asked = window.requests
                    told = (window.label, asked.asked, asked.answered, asked.waiting)
                elif window.delivery:
                    delivery = window.delivery
                    done = delivery.done_on and delivery.done_on.isoformat()
                    told = (delivery.due_on.isoformat(), done, delivery.link or None)
                elif not has_number(target):
                    told = (window.label, window.actual)
                else:
                    continue
                found.append((line.number, *told))
    return found


def expected_original(evaluation):
    """Every window of a changed target by what was first promised."""
    return [
        (line.number, window.label, window.minimum, _actual(window), status_label(window.status))
        for line in evaluation.lines
        for target in line.targets
        if target.original
        for window in target.original.progress.windows
    ]


def _actual(window):
    return None if window.status == "unknown" and not window.reported and not window.actual else window.actual


def expected_areas(evaluation):
    return [
        (line.number, area.area, _known_sum(area.actual, line.status, line.days))
        for line in evaluation.lines
        for area in line.areas
    ]


def expected_forecasts(evaluation):
    """For every open window that is not kept: the range and the whole percent, or None and the reason."""
    found = []
    for line in evaluation.lines:
        for target in line.targets:
            for window in target.progress.windows:
                if window.forecast:
                    share = percent_floor(Fraction(window.forecast.chance))
                    told = (window.forecast.p10, window.forecast.p90, share)
                elif window.forecast_withheld in WORTH_SAYING:
                    told = (None, None, withheld_words(window.forecast_withheld))
                else:
                    continue
                found.append((line.number, titled(window), *told))
    return found


def expected_left(evaluation):
    """For every window with something left to reach: how many more, the pace that takes, and the pace so far."""
    return [
        (line.number, titled(window), found.missing, *_paces(found))
        for line in evaluation.lines
        for target in line.targets
        for window in target.progress.windows
        if (found := enough_of(window, as_of=evaluation.as_of))
    ]


def _paces(found):
    """None where no one pace leads there."""
    if found.needed is None:
        return (None, None)
    return (rounded_up(found.needed), None if found.so_far is None else rounded_down_once(found.so_far))


def _decimal(text):
    return Decimal(str(text).replace(",", ".")) if text not in {None, ""} else None


def _known_sum(actual, status, days):
    """Where nobody reported anything, an area has no number either."""
    return actual if days or status not in {"unknown", "cannot_assess"} else None


def expected_pupils(evaluation):
    return [
        (
            window.label,
            window.minimum if window.cells else None,
            window.actual if window.cells else None,
            window.pupils,
            window.pupils_met,
        )
        for line in evaluation.lines
        for target in line.targets
        if target.kind == "coverage"
        for window in target.progress.windows
    ]


def squeezed(text):
    """Without any white space or hyphen that a line's end may have put in."""
    return re.sub(r"[\s\u00ad\u2010\u200b-]+", "", text)


def _number(text):
    """ "1 234" -> 1234; a word, such as "uppgift saknas", -> None."""
    digits = re.sub(r"[\s,]", "", text)
    return int(digits) if digits.isdigit() else None


def _percent(text):
    return _number(text.replace("%", ""))


def read_json(content):
    data = json.loads(content)
    reading = Reading(json.dumps(data, ensure_ascii=False))
    for line in data["commitments"]:
        for target in line["targets"]:
            for window in target["original"]["windows"] if target["original"] else ():
                label = status_label(Status(window["status"]))
                reading.original.append(
                    (line["number"], window["label"], window["minimum"], window["actual"], label)
                )
            for window in target["windows"]:
                coverage = target["kind"] == "coverage"
                unknown = window["status"] == "unknown"
                if target["kind"] not in NUMBERED:
                    keys = {
                        "on_request": ("label", "asked", "answered", "waiting"),
                        "deliverable": ("due_on", "done_on", "link"),
                        "effort": ("label", "actual"),
                    }[target["kind"]]
                    told = (None if window[key] == "" else window[key] for key in keys)
                    reading.others.append((line["number"], *told))
                    assert (
                        window["minimum"]
                        is window["expected"]
                        is window["share"]
                        is window["percent"]
                        is None
                    )
                    continue
                row = (
                    line["number"],
                    " ".join(filter(None, [window["area"], window["label"]])),
                    None if coverage and not window["cells"] else window["minimum"],
                    None if unknown and not window["reported"] and not window["actual"] else window["actual"],
                    window["percent"],
                    status_label(Status(window["status"])),
                )
                reading.windows.append(row)
                if left := window["enough"]:
                    paces = (_decimal(left["needed"]), _decimal(left["so_far"]))
                    reading.left.append((*row[:2], left["missing"], *paces))
                reason = window["forecast_withheld"]
                if window["forecast"]:
                    told = window["forecast"]
                    share = percent_floor(Fraction(told["chance"]))
                    reading.forecasts.append((*row[:2], told["p10"], told["p90"], share))
                elif reason in WORTH_SAYING:
                    reading.forecasts.append((*row[:2], None, None, withheld_words(Withheld(reason))))
                if coverage:
                    known = bool(window["cells"])
                    reading.pupils.append(
                        (
                            window["label"],
                            window["classes"] if known else None,
                            window["classes_met"] if known else None,
                            window["pupils"],
                            window["pupils_met"],
                        )
                    )
        reading.areas += [
            (line["number"], area["area"], _known_sum(area["actual"], line["status"], line["days"]))
            for area in line["areas"]
        ]
    return reading


def read_csv(content):
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
    reading = Reading("\n".join(" ".join(value or "" for value in row.values()) for row in rows))
    for row in rows:
        if not row["delperiod"]:
            continue
        if row["måltyp"] not in NUMBERED:
            keys = {
                "on_request": ("delperiod", "önskade", "besvarade", "ännu inte aktuella"),
                "deliverable": ("klart senast", "klart den", "länk"),
                "effort": ("delperiod", "utfall"),
            }[row["måltyp"]]
            told = [_number(row[key]) if key not in _TEXTS else row[key] or None for key in keys]
            reading.others.append((int(row["åtagande"]), *told))
            assert row["minst"] == row["väntat"] == row["andel"] == row["procent"] == ""
            continue
        coverage = row["måltyp"] == "coverage"
        no_register = coverage and row["minst"] == "0"
        unknown = row["status"] == "unknown" and row["rapporterat"] == "nej" and row["utfall"] == "0"
        reading.windows.append(
            (
                int(row["åtagande"]),
                " ".join(filter(None, [row["område"], row["delperiod"]])),
                None if no_register else int(row["minst"]),
                None if unknown else int(row["utfall"]),
                int(row["procent"]) if row["procent"] else None,
                row["bedömning"],
            )
        )
        start = reading.windows[-1][:2]
        if row["ursprungligt minst"]:
            numbers = (int(row[name]) for name in ("ursprungligt minst", "ursprungligt utfall"))
            reading.original.append((*start, *numbers, row["ursprunglig bedömning"]))
        if row["fattas"]:
            paces = [_decimal(row[name]) for name in ("takt som krävs", "takt hittills")]
            reading.left.append((*start, int(row["fattas"]), *paces))
        if row["prognos chans"]:
            share = percent_floor(Fraction(row["prognos chans"].replace(",", ".")))
            told = (int(row["prognos låg"]), int(row["prognos hög"]), share)
            assert told[0] <= int(row["prognos mitten"]) <= told[1]
            reading.forecasts.append((*start, *told))
        elif row["ingen prognos"] in WORTH_SAYING:
            reading.forecasts.append((*start, None, None, withheld_words(Withheld(row["ingen prognos"]))))
        if row["andel"]:
            assert int(Decimal(row["andel"].replace(",", ".")) * 100) == int(row["procent"])
        if coverage:
            reading.pupils.append(
                (
                    row["delperiod"],
                    None if no_register else int(row["klasser"]),
                    None if no_register else int(row["klasser mötta"]),
                    int(row["elever"]) if row["elever"] else None,
                    int(row["elever mötta"]) if row["elever mötta"] else None,
                )
            )
    return reading


def _other(requests, delivery, effort):
    """Which of the three a row of the spreadsheet tells, days as text."""
    due, done, link = delivery
    if requests[1] is not None:
        return requests
    return effort if due is None else (due.date().isoformat(), done and done.date().isoformat(), link)


def _original_sheet(book):
    """The windows of changed targets by what was first promised; no sheet where there are none."""
    if "Ursprungliga mål" not in book.sheetnames:
        return
    for row in book["Ursprungliga mål"].iter_rows(min_row=3, values_only=True):
        yield (row[0], row[2], row[5], row[6] if isinstance(row[6], int) else None, row[8])


def read_xlsx(content):
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]
    reading = Reading("\n".join(cells))

    def known(value):
        return value if isinstance(value, int) else None

    for row in book["Delperioder"].iter_rows(min_row=3, values_only=True):
        (
            number,
            _title,
            label,
            start,
            _end,
            minimum,
            actual,
            share,
            _expected,
            verdict,
            pupils,
            met,
            _missing,
            low,
            middle,
            high,
            chance,
            no_forecast,
            missing,
            _days_left,
            needed,
            so_far,
            _per,
            _lost,
            _pace,
            asked,
            answered,
            waiting,
            due,
            done,
            link,
        ) = row
        if minimum is None:
            assert share is _expected is None
            requests, delivery = (label, asked, answered, waiting), (due, done, link)
            reading.others.append((number, *_other(requests, delivery, (label, actual))))
            continue
        assert start.year >= 2018  # a day, not a text
        percent_of = round(share * 100) if isinstance(share, int | float) else None
        reading.windows.append((number, label, known(minimum), known(actual), percent_of, verdict))
        if missing is not None:
            paces = (_decimal(needed), _decimal(so_far))
            reading.left.append((number, label, missing, *paces))
        if chance is not None:
            assert low <= middle <= high
            reading.forecasts.append((number, label, low, high, round(chance * 100)))
        elif no_forecast in {withheld_words(reason) for reason in WORTH_SAYING}:
            reading.forecasts.append((number, label, None, None, no_forecast))
        if pupils is not None:
            no_register = known(minimum) is None
            classes_met = None if no_register else known(actual)
            reading.pupils.append((label, known(minimum), classes_met, known(pupils), known(met)))
    reading.original += _original_sheet(book)
    for number, _title, area, actual, _overlap in book["Områden"].iter_rows(min_row=3, values_only=True):
        if area != NO_AREA:
            reading.areas.append((number, area, known(actual)))
    return reading


def _from_tables(tables, text, numbers):
    """Tables as lists of rows of text, each with the commitment it stands under."""
    reading = Reading(text)
    for (header, *rows), number in zip(tables, numbers, strict=True):
        if header[0] == "Delperiod":
            reading.windows += [
                (number, row[0], _number(row[3]), _number(row[4]), _percent(row[5]), row[7]) for row in rows
            ]
        elif header[0] == "Delperiod, ursprungligt mål":
            reading.original += [(number, row[0], _number(row[3]), _number(row[4]), row[7]) for row in rows]
        elif header == ["Område", "Utfall"]:
            reading.areas += [(number, row[0], _number(row[1])) for row in rows if row[0] != NO_AREA]
        elif header[0] == "Läsår":
            reading.pupils += [(row[0], *(_number(cell) for cell in row[1:])) for row in rows]
        elif header[0] == "Önskat under":
            reading.others += [(number, row[0], *(_number(cell) or 0 for cell in row[3:6])) for row in rows]
        elif header[0] == "Utlovat senast":
            reading.others += [(number, *(None if cell == "–" else cell for cell in row[:3])) for row in rows]
        elif header[0] == "Period" and header[1] == "Utfall":
            reading.others += [(number, row[0], _number(row[1])) for row in rows]
    return reading


def _forecasts(number, text):
    """From one sentence of a document: "2020: troligen 15–27, ungefär 18 % chans att nå 25."."""
    text = text.replace("\u00a0", " ").strip()
    if found := re.fullmatch(r"(.+?): ingen prognos, eftersom (.+)\.", text):
        yield (number, found[1], None, None, found[2])
    elif found := re.fullmatch(r"(.+?): troligen ([\d –]+), (.+?) % chans att nå [\d ]+\.", text):
        low, _dash, high = found[2].partition("–")
        share = 0 if found[3] == "under 1" else _number(found[3].removeprefix("ungefär "))
        yield (number, found[1], _number(low), _number(high or low), share)


def _left(number, text):
    """From "2020: 9 till på 6 veckor: 1,5 i veckan, hittills 0,9." The pace is None where none is told."""
    text = text.replace("\u00a0", " ").strip()
    pattern = (
        r"(.+?): ([\d ]+) till på \d+ \w+(?:: ([\d ,]+) \w+ \w+, hittills (?:under )?([\d ,]+))?\.(?: .+)?"
    )
    if found := re.fullmatch(pattern, text):
        paces = [value and Decimal(value.replace(" ", "").replace(",", ".")) for value in found.groups()[2:]]
        yield (number, found[1], _number(found[2]), *paces)


def read_html(content):
    page = html.fromstring(content.decode())
    tables, numbers = [], []
    for table in page.iter("table"):
        heading = table.xpath("ancestor::section/h2")[0].get("id")
        numbers.append(int(heading.removeprefix("atagande-")) if heading.startswith("atagande-") else 0)
        tables.append(
            [[cell.text_content().strip() for cell in row.iter("th", "td")] for row in table.iter("tr")]
        )
    reading = _from_tables(tables, page.text_content(), numbers)
    for paragraph in page.iter("p"):
        for heading in paragraph.xpath("ancestor::section/h2[starts-with(@id, 'atagande-')]"):
            number = int(heading.get("id").removeprefix("atagande-"))
            reading.forecasts += _forecasts(number, paragraph.text_content())
            reading.left += _left(number, paragraph.text_content())
    return reading


def read_docx(content):
    file = docx.Document(io.BytesIO(content))
    tables, numbers, text, forecasts, left = [], [], [], [], []
    number = 0
    for part in file.iter_inner_content():
        if isinstance(part, docx.table.Table):
            tables.append([[cell.text for cell in row.cells] for row in part.rows])
            numbers.append(number)
            text += [cell for row in tables[-1] for cell in row]
        else:
            text.append(part.text)
            forecasts += _forecasts(number, part.text)
            left += _left(number, part.text)
            if part.style.name == "Heading 1":
                found = re.match(r"Åtagande (\d+):", part.text)
                number = int(found[1]) if found else 0
    reading = _from_tables(tables, "\n".join(text), numbers)
    reading.forecasts, reading.left = forecasts, left
    return reading


def read_pdf(content):
    """A PDF has no cells to be read by name: the numbers are found in its text, each row as one run of it."""
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    return Reading("\n".join(pages))


def pdf_forecasts(evaluation):
    """How every forecast must read in a PDF's text, white space aside."""
    for _number_of, label, low, high, told in expected_forecasts(evaluation):
        if low is None:
            yield squeezed(f"{label}: ingen prognos, eftersom {told}.")
        else:
            share = "under 1 %" if told == 0 else f"ungefär {told} %"
            spread = f"{low}–{high}" if low != high else f"{low}"
            yield squeezed(f"{label}: troligen {spread}, {share} chans")


def pdf_rows(evaluation):
    """How every window must read in a PDF's text, white space aside."""
    for number, label, minimum, actual, _percent_of, verdict in expected_windows(evaluation):
        line = next(line for line in evaluation.lines if line.number == number)
        window = next(w for t in line.targets for w in t.progress.windows if titled(w) == label)
        small = window.share is not None and under_one_percent(window.share)
        shown = [
            label,
            window.start.isoformat(),
            window.end.isoformat(),
            "uppgift saknas" if minimum is None else str(minimum),
            "uppgift saknas" if actual is None else str(actual),
            "under 1 %" if small else percent(window.share),
        ]
        yield squeezed("".join(shown)), squeezed(verdict)


READERS = {
    "json": read_json,
    "csv": read_csv,
    "xlsx": read_xlsx,
    "html": read_html,
    "docx": read_docx,
}
