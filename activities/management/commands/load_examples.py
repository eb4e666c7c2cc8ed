"""manage.py load_examples: what `make run` shows before anything real is there. Leaves alone whatever is."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.examples import PASSWORD
from accounts.models import Organisation, User
from activities.importer.run import import_file
from activities.models import Activity
from activities.services import void_activity
from promises import definition
from promises.boundaries import matches, set_boundaries
from promises.boundary import read_features
from promises.choices import Role
from promises.class_import.run import import_file as import_classes
from promises.loading import load_promise
from promises.models import Promise, SchoolClass
from promises.permissions import Access, access_to
from promises.services import give_role

SLUG = "malmo-vaster-2019-2020"
DEFINITION = settings.BASE_DIR / "promises" / "data" / f"{SLUG}.yaml"
_DATA = Path(__file__).resolve().parents[2] / "data"
ROWS = _DATA / "exempel-malmo-vaster.csv"
BOUNDARIES = settings.BASE_DIR / "promises" / "data" / "malmo-areas.geojson"
BOUNDARY_SOURCE = "Malmö stad, delområden, genom swemaps2 (CC0)"
CLASSES = _DATA / "exempel-klasser-malmo-vaster.csv"

POLICE = "Polisen, Lokalpolisområde Söder"
CITY = "Malmö stad"

# Address, title, role and party. No names: the title is who they are.
PEOPLE = (
    ("polis@example.se", "Områdespolis", Role.OFFICER, POLICE),
    ("kommunpolis@example.se", "Kommunpolis", Role.COORDINATOR, POLICE),
    ("samordnare@example.se", "Samordnare, Malmö stad", Role.COORDINATOR, CITY),
    ("stad@example.se", "Handläggare, Malmö stad", Role.STAFF, CITY),
    ("medarbetare@example.se", "Fältarbetare, Malmö stad", Role.CONTRIBUTOR, CITY),
    ("undertecknare@example.se", "Lokalpolisområdeschef", Role.SIGNATORY, POLICE),
)
ADMINISTRATOR = ("admin@example.se", "Administratör")
WRITER, REGISTRAR = "polis@example.se", "kommunpolis@example.se"

# Rows that turned out wrong: key -> why they were voided.
VOIDED = {"exempel-3-08": "Inlagd två gånger", "exempel-3-25": "Fel åtagande, hörde inte till löftet"}


class Command(BaseCommand):
    help = (
        "Load the example promise with made-up rows and example users, once, into a site with nothing in it."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(_("Example data are not for production."))
        if not self._is_empty():
            return
        with transaction.atomic():
            load_promise(definition.load(DEFINITION), by=None, source="load_examples")
            self._people()
            self._classes(access_to(SLUG, User.objects.get(email=REGISTRAR)))
            self._boundaries(access_to(SLUG, User.objects.get(email=REGISTRAR)))
            count = self._rows(access_to(SLUG, User.objects.get(email=WRITER)))
        self.stdout.write(
            _("Example data: %(slug)s with %(count)s made-up rows.") % {"slug": SLUG, "count": count}
        )

    @staticmethod
    def _is_empty() -> bool:
        """Whether nobody has begun anything: no other promise, and in this one no rows, classes or roles."""
        if Promise.objects.exclude(slug=SLUG).exists() or Activity.objects.exists():
            return False
        addresses = [ADMINISTRATOR[0], *(email for email, *_rest in PEOPLE)]
        return not (
            SchoolClass.objects.exists()
            or User.objects.filter(memberships__isnull=False).exists()
            or User.objects.filter(email__in=addresses).exists()
        )

    @staticmethod
    def _people() -> None:
        promise = Promise.objects.get(slug=SLUG)
        email, title = ADMINISTRATOR
        administrator = User.objects.create_user(
            email, PASSWORD, title=title, is_administrator=True, is_example=True
        )
        for email, title, role, party in PEOPLE:
            user = User.objects.create_user(email, PASSWORD, title=title, is_example=True)
            give_role(
                by=administrator,
                user=user,
                promise=promise,
                organisation=Organisation.objects.get(name=party),
                role=role,
            )

    @staticmethod
    def _classes(access: Access) -> None:
        """As a coordinator reads them in."""
        import_classes(CLASSES, promise=access.promise, by=access.user)

    @staticmethod
    def _boundaries(access: Access) -> None:
        """Real boundaries, read in as a coordinator reads them in."""
        areas = {area.pk: area for area in access.promise.areas.all()}
        features = read_features(BOUNDARIES.read_bytes())
        shapes = {areas[pk]: features[n].shape for pk, n in matches(list(areas.values()), features).items()}
        set_boundaries(access=access, shapes=shapes, source=BOUNDARY_SOURCE)

    @staticmethod
    def _rows(access: Access) -> int:
        result = import_file(
            ROWS, promise=access.promise, today=timezone.localdate(), access=access, is_example=True
        )
        for key, reason in VOIDED.items():
            row = Activity.objects.get(promise=access.promise, client_key=key)
            void_activity(access=access, activity=row, version=row.version, reason=reason)
        return result.added
