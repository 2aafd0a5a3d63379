"""What may be written at a place of a spec, on one screen: form, meaning, values, keys and examples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from compiler.views.cells import wrap
from compiler.views.paint import Paint, painter
from compiler.views.yaml_text import block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from compiler.schema.describe import Description, Key

_NARROWEST, _WIDEST = 40, 100  # columns: running text is hard to read in longer lines


def render(description: Description, *, color: bool, width: int) -> str:
    """The screen for one place."""
    paint = painter(color)
    columns = min(max(width, _NARROWEST), _WIDEST)
    lines = list(_head(description, columns, paint))
    if description.choices:
        lines += ["", paint("strong", "values"), *_values(description.choices, columns, paint)]
    if description.keys:
        of = f" of each {description.entries}" if description.entries else ""
        lines += ["", paint("strong", f"keys{of}"), *_keys(description.keys, columns, paint)]
    if description.examples:
        title = "example" if len(description.examples) == 1 else "examples"
        lines += ["", paint("strong", title)]
        for example in description.examples:
            lines += [f"  {line}" for line in block(_in_place(description.path, example), columns - 2)]
    if description.keys:
        below = ".".join([*_names(description.path), "KEY"])
        lines += ["", f"more about a key: {paint('strong', f'stackgrant schema {below}')}"]
    return "\n".join(lines)


def _head(description: Description, width: int, paint: Paint) -> Iterator[str]:
    name = description.path.rpartition(".")[2].removesuffix("[]")
    title = description.title if description.title.lower() != name else ""
    yield "  ".join(filter(None, (paint("strong", description.path), title)))
    required = ", required" if description.required and description.path else ""
    for text in (description.type + required, description.description):
        if text:
            yield from (f"  {line}" for line in wrap(text, width - 2))


def _values(choices: tuple[tuple[str, str], ...], width: int, paint: Paint) -> Iterator[str]:
    names = max(len(name) for name, _ in choices)
    for name, meaning in choices:
        first, *rest = wrap(meaning, width - names - 4)
        yield f"  {paint('help', name)}{' ' * (names - len(name) + 2)}{first}".rstrip()
        yield from (" " * (names + 4) + line for line in rest)


def _keys(keys: tuple[Key, ...], width: int, paint: Paint) -> Iterator[str]:
    names = max(len(key.name) for key in keys)
    indent = " " * (names + 4)
    for key in keys:
        first, *rest = wrap(key.type + (" (required)" if key.required else ""), width - len(indent))
        yield f"  {paint('help', key.name)}{' ' * (names - len(key.name) + 2)}{paint('faint', first)}"
        yield from (indent + paint("faint", line) for line in rest)
        if key.summary:
            yield from (indent + line for line in wrap(key.summary, width - len(indent)))


def _names(path: str) -> list[str]:
    """The keys of a path, without the signs for names and list positions, which the command does not need."""
    return [step.removesuffix("[]") for step in path.split(".") if step.removesuffix("[]") not in ("", "*")]


def _in_place(path: str, example: object) -> object:
    """An example behind the key that it belongs to, or as an item of the list."""
    last = path.rpartition(".")[2]
    if not path:
        return example
    if last.endswith("[]"):
        return [example]
    return {"NAME" if last == "*" else last: example}
