"""The action `cmdb.set_version`: which version of it a configuration item is said to run."""

from activities.actions import Action, ActionModel, Context, Refusal, Text, TextOrEmpty
from language.organisation import Organisation
from language.organisation_json import RowRefused, with_row
from store.organisation import change

ITEM = "configuration_item"


class Running(ActionModel):
    """Which item (its id) runs which version; with `instead_of` only where it is said to run that one until now."""

    item: Text
    version: TextOrEmpty = None
    instead_of: TextOrEmpty = None


class Known(ActionModel):
    """The version that the item is said to run from now on."""

    version: TextOrEmpty


async def set_version(running: Running, context: Context) -> Known:
    """Write the version into the organisation, in the name of the record; a second time changes nothing.

    Refuses with `no-item`, or with `bad-version` and what is wrong with it.
    """

    def edit(before: Organisation) -> Organisation:
        row = before.find(ITEM, running.item)
        if row is None:
            raise Refusal("no-item", f"there is no configuration item {running.item}")
        if running.instead_of is not None and row.get("version") != running.instead_of:
            return before
        try:
            return with_row(before, ITEM, running.item, {**row, "version": running.version})
        except RowRefused as refused:
            raise Refusal("bad-version", str(refused)) from refused

    await change(context.database, edit, by=context.record, at=context.clock())
    return Known(version=running.version)


SET_VERSION = Action("cmdb.set_version", Running, Known, set_version)
