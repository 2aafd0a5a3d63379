"""A statement divided in two: some of its actions move into one of their own, with other resources.

The new statement is laid out as the old one is: on one line or on several, in brackets or indented.
"""

from __future__ import annotations

import re
from collections.abc import Sequence as Texts

from compiler.diagnostics.repair import Reach
from compiler.diagnostics.value import record
from compiler.source import Mapping, Node, Scalar, Sequence
from compiler.source.edits import Edits, as_list, is_flow, with_item, without_items, written

# Between a key and its value: an anchor there would name the list instead.
_BETWEEN = re.compile(r"\s*:(?:\s|#[^\n]*\n)*")
_ELEMENTS = frozenset({"Sid", "Effect", "Action", "Resource"})


@record(frozen=True, slots=True)
class Copying:
    """A statement, the list or mapping that it stands in, and where in there; ``strict`` says that the text is JSON."""

    statement: Node
    around: Node | None
    step: int | str
    strict: bool

    def split(self, repair: Reach) -> Edits | None:
        """The edits that move the actions, or None where more than actions and resources would have to be divided."""
        statement = self.statement
        if not isinstance(statement, Mapping) or not _ELEMENTS.issuperset(statement.entries):
            return None
        actions = statement.get("Action")
        if not isinstance(actions, Sequence):
            return None
        moved = [index for index, item in enumerate(actions.items) if _text(item) in repair.actions]
        kept = without_items(actions, moved)
        texts = [_text(actions.items[index]) for index in moved]
        inserted = self._inserted(self._written(statement, texts, repair.resources))
        if kept is None or inserted is None:
            return None
        gone = [edit.span for edit in kept]
        # The margin of lines that go needs no change.
        rest = [edit for edit in inserted if not any(span.start <= edit.span.start < span.end for span in gone)]
        return (*kept, *rest)

    def _inserted(self, more: str) -> Edits | None:
        if isinstance(self.around, Sequence):
            if not isinstance(self.step, int):
                return None
            before = self.around.items[: self.step + 1]
            return with_item(
                Sequence(before, self.around.source, self.around.start, self.around.end), more, strict=self.strict
            )
        if not isinstance(self.around, Mapping) or not isinstance(self.statement, Mapping):
            return None
        key = self.around.key(str(self.step))
        between = self.statement.source.text[key.end : self.statement.start] if key else ""
        return as_list(self.statement, more) if _BETWEEN.fullmatch(between) else None

    def _written(self, statement: Mapping, moved: Texts[str], reached: Texts[str]) -> str:
        source = statement.source
        strict, flow = self.strict, is_flow(statement)
        actions = [written(text, strict=strict) for text in moved]
        resources = [written(text, strict=strict) for text in reached]
        entries = {"Effect": [written("Allow", strict=strict)], "Action": actions, "Resource": resources}
        lines = [f"{written(key, strict=strict)}: {_listed(texts)}" for key, texts in entries.items()]
        if not flow:
            column = statement.start - source.text.rfind("\n", 0, statement.start) - 1
            # A statement that becomes the first item of a list moves to the right by the width of its dash.
            margin = " " * (column if isinstance(self.around, Sequence) else column + 2)
            return f"\n{margin}".join(lines)
        first = next(iter(statement.entries.values()))[0]
        opening = source.text[statement.start + 1 : first.start]
        closing = source.text[: statement.end - 1]
        tail = closing[len(closing.rstrip()) :]
        if "\n" in opening:
            return "{" + opening + f",{opening}".join(lines) + tail + "}"
        return "{" + opening + ", ".join(lines) + (tail if "\n" not in tail else opening) + "}"


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _listed(texts: Texts[str]) -> str:
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
