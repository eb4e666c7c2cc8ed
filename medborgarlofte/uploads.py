"""Files sent to the site: none is read, let alone put on the disk, but by a page that asks for one."""

from io import BytesIO
from typing import Any, NoReturn

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class NoFiles(FileUploadHandler):
    """400 as soon as a file begins. DATA_UPLOAD_MAX_MEMORY_SIZE does not count files: without this anybody could
    send gigabytes to the sign-in page."""

    def new_file(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise SuspiciousFileOperation("a file was sent to a page that takes none")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class SmallFile(FileUploadHandler):
    """For a page that takes one file: it stays in memory and is over after ``most`` bytes.

    What comes after that is thrown away as it arrives, so that the form can say what was wrong; the form gets one
    byte more than is allowed, and no second file.
    """

    def __init__(self, *, most: int) -> None:
        super().__init__()
        self.most = most
        self.begun = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.begun += 1
        if self.begun > 1:
            raise SuspiciousFileOperation("more than one file was sent to a page that takes one")
        self.content = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        room = self.most + 1 - self.content.tell()
        if room > 0:
            self.content.write(raw_data[:room])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        size = self.content.tell()
        self.content.seek(0)
        return InMemoryUploadedFile(
            self.content, self.field_name, self.file_name, self.content_type, size, self.charset
        )
