"""Files sent to the site: no page takes any, so none is read, let alone put on the disk."""

from typing import Any, NoReturn

from django.core.exceptions import SuspiciousFileOperation
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
