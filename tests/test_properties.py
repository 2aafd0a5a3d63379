"""Any document compiles or gives diagnostics; a mutated valid spec gives one at or near the mutation."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from compiler.diagnostics import SourceText
from compiler.driver import Result, Source, compile_sources
from compiler.schema.store import load_schema
from compiler.views import concise, full, json_report
from tests.support.documents import documents

ROOT = Path(__file__).parent.parent
SPECS = [
    (ROOT / "examples" / name / "stackgrant.yaml").read_text()
    for name in ("quickstart", "environments", "govcloud", "opsworks/layer-profile", "opsworks/service-apis")
]


def compiled(text: str) -> Result:
    result = compile_sources([Source(SourceText("spec.yaml", text), "spec.yaml")])
    # Whatever comes out can be shown, and there is output exactly when there is no error.
    full.render(result.diagnostics, color=True, width=80)
    concise.render(result.diagnostics)
    json.loads(json_report.render(result.diagnostics))
    assert not (result.failed and result.files)
    for item in result.diagnostics:
        if item.span is not None:
            assert 0 <= item.span.start <= item.span.end <= len(item.span.source.text)
    return result


@settings(max_examples=300)
@given(st.text(alphabet=st.sampled_from("abs:-{}[]\"'#&*!|>%@`$ \n\t0123é.,<~"), max_size=80))
def test_any_text_is_answered(text: str) -> None:
    compiled(text)


@settings(max_examples=150)
@given(documents(load_schema()).map(lambda document: json.dumps(document, ensure_ascii=False)))
def test_any_document_of_the_schema_is_answered(text: str) -> None:
    compiled(text)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        found += _places(child, (*path, key))
    return found


def _parent(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path[:-1]:
        value = value[step]
    return value


@pytest.mark.parametrize("spec", range(len(SPECS)))
@pytest.mark.parametrize("kind", ["rename", "retype"])
def test_a_mutation_is_found(spec: int, kind: str) -> None:
    data = yaml.safe_load(SPECS[spec])
    rng = random.Random(spec)
    places = _places(data)
    rng.shuffle(places)
    tried = 0
    for path in places[:60]:
        mutated = copy.deepcopy(data)
        parent = _parent(mutated, path)
        if kind == "rename":
            free = any(step in path for step in ("tags", "values", "Condition")) or (
                len(path) == 2 and path[0] != "version"
            )
            if not isinstance(path[-1], str) or free or (len(path) >= 4 and path[-2] in ("layers", "profiles")):
                continue  # a name that people choose
            parent[path[-1] + "x"] = parent.pop(path[-1])
        else:
            if path[0] == "values" or "values" in path or "tags" in path:
                continue
            parent[path[-1]] = 17 if isinstance(parent[path[-1]], (dict, list)) else {"zzz": ["x"]}
        tried += 1
        text = yaml.safe_dump(mutated, sort_keys=False, default_flow_style=False)
        result = compiled(text)
        assert result.diagnostics, (kind, path)
        tops = [item.path.split(".")[0] for item in result.diagnostics]
        near = str(path[0])
        assert any(top and (near.startswith(top) or top.startswith(near)) for top in tops), (kind, path, tops)
    assert tried >= 5


@settings(max_examples=200)
@given(st.text(max_size=40).filter(lambda text: "\x00" not in text))
def test_any_text_in_a_scalar_is_answered(text: str) -> None:
    spec = {
        "version": 1,
        "apps": {"web": {"description": text, "permissions": [{"s3": {"bucket": text, "access": "read"}}]}},
        "stacks": {
            "shop": {
                "account": "123456789012", "region": "eu-west-1", "tags": {"note": text},
                "layers": {"web": {"apps": ["web"], "description": text}},
            }
        },
    }  # fmt: skip
    compiled(json.dumps(spec, ensure_ascii=True))
