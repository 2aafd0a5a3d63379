"""The folder of the cache: only whole records of this user's own, found under the key that they were kept for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from compiler.pipeline.store import Store, default_folder, digest

KEY, OTHER = digest(b"one"), digest(b"two")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "cache")


def _file(store: Store, key: str = KEY) -> Path:
    return store.folder / key[:2] / key


def test_a_record_comes_back_as_it_was(store: Store) -> None:
    assert store.get(KEY) is None
    store.put(KEY, b"body\x00\n")
    store.put(OTHER, b"")
    assert store.get(KEY) == b"body\x00\n"
    assert store.get(OTHER) == b""
    store.put(KEY, b"another")
    assert store.get(KEY) == b"another"
    assert sorted(file.name for file in store.folder.rglob("*") if file.is_file()) == sorted((KEY, OTHER))


def test_damage_is_as_if_nothing_was_there(store: Store) -> None:
    store.put(KEY, b"some body")
    whole = _file(store).read_bytes()
    for at in range(len(whole)):
        _file(store).write_bytes(whole[:at])
        assert store.get(KEY) is None, at
        _file(store).write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert store.get(KEY) is None, at
    _file(store).write_bytes(whole + b"x")
    assert store.get(KEY) is None


def test_a_record_counts_under_its_own_key_only(store: Store) -> None:
    store.put(KEY, b"some body")
    _file(store, OTHER).parent.mkdir(exist_ok=True)
    _file(store).rename(_file(store, OTHER))
    assert store.get(OTHER) is None


@pytest.mark.skipif(os.name == "nt", reason="no modes of files")
def test_what_others_may_write_is_not_trusted(store: Store) -> None:
    store.put(KEY, b"some body")
    assert store.is_usable()
    _file(store).chmod(0o666)
    assert store.get(KEY) is None
    _file(store).chmod(0o600)
    assert store.get(KEY) == b"some body"
    store.folder.chmod(0o777)
    assert not store.is_usable()


@pytest.mark.skipif(os.name == "nt", reason="no modes of files")
def test_the_folder_is_for_the_user_alone(store: Store) -> None:
    assert store.is_usable()
    store.put(KEY, b"some body")
    assert (store.folder.stat().st_mode & 0o777, _file(store).stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_folder_that_cannot_be_made_is_no_mistake(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "cache")
    assert not store.is_usable()
    store.put(KEY, b"some body")
    store.sweep([KEY])
    assert store.get(KEY) is None


def test_what_nobody_uses_goes_after_two_weeks(store: Store) -> None:
    day = 24 * 60 * 60
    store.put(KEY, b"used")
    store.put(OTHER, b"unused")
    now = _file(store).stat().st_mtime
    store.sweep([KEY], now=now + 10 * day)
    assert store.get(OTHER) == b"unused"
    store.sweep([KEY], now=now + 10.5 * day)  # once a day is enough
    store.sweep([KEY], now=now + 15 * day)
    assert store.get(KEY) == b"used"
    assert store.get(OTHER) is None


def test_digests_tell_parts_apart() -> None:
    assert len({digest(b"ab", b"c"), digest(b"a", b"bc"), digest(b"abc"), digest(b"abc", b"")}) == 4


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STACKGRANT_CACHE_DIR", "/somewhere/else")
    assert default_folder() == Path("/somewhere/else")
    monkeypatch.delenv("STACKGRANT_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", "/home/me/.cache")
    assert default_folder() == Path("/home/me/.cache/stackgrant")
