"""Everything that can go wrong in the store, as one tree that an edge can catch in one place.

StoreError
├── UnavailableError        the database is away or busy: repeat the same call
├── DataError               a text that no database can carry
├── CursorError             a page that this list has not given
├── AlreadyPublishedError   the version exists with other content
├── OlderVersionError       a newer version exists
├── StaleVersionError       another version was published since somebody looked
├── NewestVersionError      the version is what new records follow: it is not retired by itself
├── NotPublishedError       a record follows a definition that is not in the store
├── NoSealingKeyError       sensitive values can be neither sealed nor opened
├── SealBrokenError         a sealed value that no key here opens
├── DamagedFileError        a file is not what was kept
├── TooManyFilesError       a record has as many files as there may be
├── LinkBrokenError         a link that was not signed here
├── StaleOrganisationError  the organisation has changed since somebody looked
├── DanglingError           a change would leave names of what is not there
├── NewerSchemaError        the database was made by a newer Steward
└── DatabaseUrlError        a URL that names no database we speak
"""

from sqlalchemy.exc import DontWrapMixin


class StoreError(Exception):
    """Something the store cannot do; the message says what, where and what to do."""


class UnavailableError(StoreError):
    """The database does not answer or is busy.

    A transaction whose commit was cut off may still have happened: every write of the store may be repeated as it was.
    """


class DataError(StoreError, DontWrapMixin):
    """A value that cannot be stored, on either database; repeating does not help.

    `path` points to it inside the data (`fields.summary`), empty when it stands alone.
    """

    def __init__(self, problem: str, path: str = "") -> None:
        self.path = path
        super().__init__(f"{path or 'the value'} cannot be stored: {problem}")


class CursorError(StoreError):
    """A cursor that was not given by this list in this order."""

    def __init__(self, cursor: str) -> None:
        super().__init__(f'the cursor "{cursor[:60]}" does not belong to this list. Begin again without a cursor.')


class AlreadyPublishedError(StoreError):
    """A version of a process is published already, with other content; published versions never change."""

    def __init__(self, process: str, version: int, newest: int, what: str) -> None:
        self.process, self.version, self.newest = process, version, newest
        super().__init__(
            f"version {version} of {process} is published already with {what}. "
            f"Published versions never change: raise `version` to {newest + 1}."
        )


class OlderVersionError(StoreError):
    """A version below the newest published one cannot be added any more."""

    def __init__(self, process: str, version: int, newest: int) -> None:
        self.process, self.version, self.newest = process, version, newest
        super().__init__(
            f"version {version} of {process} is older than version {newest}, which is published. "
            f"Raise `version` to {newest + 1}."
        )


class StaleVersionError(StoreError):
    """The newest version of a process is not the one that somebody has changed."""

    def __init__(self, process: str, newest: int, seen: int) -> None:
        self.process, self.newest, self.seen = process, newest, seen
        super().__init__(
            f"version {newest} of {process} is the newest, and this was made from version {seen}. "
            f"Look at what has changed, take it over, and raise `version` to {newest + 1}."
        )


class NewestVersionError(StoreError):
    """The newest version of a process is not retired by itself: new records follow it."""

    def __init__(self, process: str, version: int) -> None:
        self.process, self.version = process, version
        super().__init__(
            f"new records of {process} follow version {version}. "
            "Publish a newer one first, or retire the whole process."
        )


class NotPublishedError(StoreError):
    """A record begins with, or is moved to, a definition that this store has never published."""

    def __init__(self, record: str, digest: str) -> None:
        self.record, self.digest = record, digest
        super().__init__(
            f"record {record} follows a definition that is not published here (digest {digest}). Publish it."
        )


class NoSealingKeyError(StoreError):
    """There is no key to seal or open sensitive values with."""

    def __init__(self, why: str) -> None:
        super().__init__(
            f"there is no key for sensitive values ({why}). Make one with `steward key add`, "
            "or name those there are: STEWARD_SEALING_KEY_FILE, STEWARD_SEALING_KEYS."
        )


class SealBrokenError(StoreError):
    """A sealed value cannot be opened."""

    def __init__(self, why: str) -> None:
        super().__init__(f"a sealed value cannot be opened: {why}.")


class DamagedFileError(StoreError):
    """A file that is kept is not what it was, or is gone."""

    def __init__(self, digest: str) -> None:
        super().__init__(f"the file {digest} is not what was kept: restore it from a backup.")


class TooManyFilesError(StoreError):
    """A record has as many files as there may be."""

    def __init__(self, record: str, most: int) -> None:
        super().__init__(f"{record} has {most} files, which is the most there can be: put several into one")


class LinkBrokenError(StoreError):
    """A link that was not signed with any of our keys, or was altered."""

    def __init__(self) -> None:
        super().__init__("this link is not one of ours, or a part of it is missing. Open it as it stands in the mail.")


class StaleOrganisationError(StoreError):
    """The organisation, or a row of it, is not the one that somebody has seen."""

    def __init__(self, version: int) -> None:
        super().__init__(f"the organisation has changed since you looked (it is version {version} now). Look again.")


class DanglingError(StoreError):
    """Rows would name what is not there any more; `lost` says each in a sentence."""

    def __init__(self, lost: tuple[str, ...]) -> None:
        self.lost = lost
        super().__init__(f"something would be named that is not there any more: {'; '.join(lost)}")


class NewerSchemaError(StoreError):
    """The database has a schema that this version of Steward does not know."""

    def __init__(self) -> None:
        super().__init__(
            "the database was made by a newer version of Steward. Install that version, or restore a backup."
        )


class DatabaseUrlError(StoreError):
    """A URL that names no database we speak."""

    def __init__(self, backend: str) -> None:
        super().__init__(
            f'"{backend}" is no database for Steward. Use sqlite:///path/to/file.db or postgresql://user@host/name.'
        )
