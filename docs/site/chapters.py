"""Fill the chapters of the site: a pattern in `nav` stands for the pages of a folder that no line names."""

from pathlib import Path

Entry = str | list["Entry"] | dict[str, "Entry"]


def _named(entry: Entry) -> set[str]:
    if isinstance(entry, str):
        return {entry}
    return set[str]().union(*map(_named, entry.values() if isinstance(entry, dict) else entry))


def on_config(config: dict) -> None:
    """Put pages in the place of each pattern, by their names: a new page, decision or report needs no line in `nav`."""
    home, taken = Path(config["docs_dir"]), _named(config["nav"])

    def filled(entry: Entry) -> Entry:
        if isinstance(entry, dict):
            return {title: filled(part) for title, part in entry.items()}
        if isinstance(entry, str):
            return entry
        return [filled(page) for part in entry for page in (pages(part) if isinstance(part, str) else [part])]

    def pages(line: str) -> list[str]:
        found = sorted(path.relative_to(home).as_posix() for path in home.glob(f"{line}.md")) if "*" in line else [line]
        return [page for page in found if page == line or page not in taken]

    config["nav"] = filled(config["nav"])
