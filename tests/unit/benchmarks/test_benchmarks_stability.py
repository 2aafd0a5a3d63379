"""What counts as a moved grant, and that none of ours moves in edits that fit."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks import stability
from benchmarks.edits import SCENARIOS, Scenario, edits, spec
from benchmarks.peers.tools import OURS
from benchmarks.stability import Effect, Effects, effect, effects, moved_without_need, ours

FIRST, SECOND, THIRD = (f"arn:aws:s3:::shop-bucket-000{number}" for number in (1, 2, 3))


def _allow(*resources: str, actions: tuple[str, ...] = ("s3:GetObject",)) -> dict[str, object]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def test_a_grant_that_stays_has_not_moved_however_it_is_written():
    before = {"one": [_allow(FIRST, SECOND)], "two": [_allow(THIRD)]}
    after = {"one": [_allow(FIRST), {"Effect": "Allow", "Action": "s3:GetObject", "Resource": SECOND}], "two": []}
    assert effect(before, after, "shop-bucket-0003") == Effect(untouched=2, moved=0, changed=2, came_or_went=0)


def test_a_grant_in_another_document_has_moved():
    before = {"one": [_allow(FIRST, SECOND)], "two": [_allow(THIRD)]}
    after = {"one": [_allow(FIRST)], "two": [_allow(SECOND), _allow(THIRD, actions=("s3:PutObject",))]}
    assert effect(before, after, "shop-bucket-0003") == Effect(untouched=2, moved=1, changed=2, came_or_went=0)


def test_a_part_of_a_grant_that_moves_is_a_move():
    before = {"one": [_allow(FIRST, actions=("s3:GetObject", "s3:PutObject"))], "two": []}
    after = {"one": [_allow(FIRST)], "two": [_allow(FIRST, actions=("s3:PutObject",))]}
    assert effect(before, after, "shop-bucket-0002").moved == 1


def test_the_edited_grant_is_not_counted_and_neither_is_one_that_is_gone():
    before = {"one": [_allow(FIRST, SECOND)], "two": []}
    after = {"one": [], "two": [_allow(FIRST)]}
    assert effect(before, after, "shop-bucket-0001") == Effect(untouched=0, moved=0, changed=2, came_or_went=0)


def test_a_new_document_is_no_edit_that_fits():
    found = effect({"one": [_allow(FIRST)]}, {"one": [], "two": [_allow(FIRST)]}, "shop-bucket-0002")
    assert found == Effect(untouched=1, moved=1, changed=2, came_or_went=1)
    assert not found.fits


def test_edits_are_the_same_for_the_same_seed_and_follow_one_another():
    made = list(edits(SCENARIOS[0], 12, seed=7))
    assert made == list(edits(SCENARIOS[0], 12, seed=7))
    assert made != list(edits(SCENARIOS[0], 12, seed=8))
    assert all(edit.after == following.before for edit, following in pairwise(made))
    assert all(len(set(edit.before) ^ set(edit.after)) == (2 if edit.what == "change" else 1) for edit in made)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_nothing_of_ours_moves_in_edits_that_fit(scenario: Scenario):
    made = tuple(edits(replace(scenario, steps=("add in between", "change", "remove")), 3, seed=3))
    found = effects(ours(made), made)
    fitting = [effect for effect in found.effects if effect.fits]
    assert fitting
    # All grants are found in the output, so that none is overlooked.
    assert all(effect.untouched >= scenario.grants - 1 for effect in fitting)
    assert sum(effect.moved for effect in fitting) == 0


def test_apps_take_their_turns():
    grants = next(iter(edits(SCENARIOS[2], 1, seed=1))).before
    assert {len(app["permissions"]) for app in spec(grants)["apps"].values()} == {4}


def test_the_report_keeps_edits_that_fit_apart_and_needless_moves_fail():
    table = {
        "layer": {
            f"{OURS} 1": Effects(2, (Effect(100, 0, 1, 0), Effect(100, 50, 2, 1))),
            "other": Effects(3, (Effect(100, 5, 3, 0), Effect(100, 1, 1, 0))),
        }
    }
    lines = list(stability.report(table, 2, [1]))
    assert f"| layer | {OURS} 1 | 2 | 1 | 0 | 0 | 0.00% | 0 | 1.00 | 1 |" in lines
    assert f"| layer | {OURS} 1 | 2 | 1 | 1 | 50 | 50.00% | 50 | 2.00 | 2 |" in lines
    assert "| layer | other | 3 | 2 | 2 | 6 | 3.00% | 5 | 2.00 | 3 |" in lines
    assert moved_without_need(table) == 0
    table["layer"][f"{OURS} 1"] = Effects(2, (Effect(100, 1, 2, 0),))
    assert moved_without_need(table) == 1


def test_the_run_fails_where_a_grant_of_ours_moves_without_need(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def shuffled(made: tuple[object, ...]) -> list[stability.Documents]:
        return [{"one": [_allow(FIRST)] * (n % 2), "two": [_allow(FIRST)] * (1 - n % 2)} for n in range(len(made) + 1)]

    def missing(*_: object, **__: object) -> None:
        raise OSError("no npm")

    monkeypatch.setattr(stability, "ours", shuffled)
    monkeypatch.setattr(stability, "cdk", missing)
    with pytest.raises(SystemExit, match="moved though the edit fitted"):
        stability.main(["--edits", "2", "--seeds", "1", "--peers", str(tmp_path)])
    assert "AWS CDK is left out: no npm" in capsys.readouterr().err


def test_peers_stay_outside_of_the_repository(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        stability.main(["--peers", str(stability.ROOT / "peers")])
    assert "outside of the repository" in capsys.readouterr().err
