"""`stackgrant matrix`: real repositories, what counts as a change, and that nothing of the repository is touched."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from compiler.cli.main import run

HEAD = "version: 1\n"
BUNDLES = """\
bundles:
  base:
    - sqs: {queue: orders, access: send}
"""
APPS = """\
apps:
  web: {permissions: [{bundle: base}]}
  job: {permissions: [{policy: iam/job.json}]}
  own: {permissions: [{s3: {bucket: shop-own, access: read}}]}
"""
STACKS = """\
stacks:
  jobs: {account: "123456789012", region: eu-west-1, layers: {job: {apps: [job]}}}
  shop: {account: "123456789012", region: eu-west-1, layers: {web: {apps: [web]}}}
  side: {account: "210987654321", region: eu-north-1, layers: {own: {apps: [own]}}}
"""
SPEC = HEAD + BUNDLES + APPS + STACKS
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "%s"}]}\n'

Said = Callable[..., tuple[int, str, str]]


def git(folder: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=somebody", "-c", "user.email=somebody@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, capture_output=True, text=True, check=True,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull},
    )  # fmt: skip
    return done.stdout


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def commit(folder: Path) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "a state")
    return git(folder, "rev-parse", "HEAD").strip()


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "fleet"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    write(folder, "stackgrant.yaml", SPEC)
    write(folder, "iam/job.json", POLICY % "arn:aws:s3:::shop-jobs/*")
    commit(folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(["matrix", *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


@pytest.fixture
def changed(said: Said) -> Callable[..., dict[str, str]]:
    """Stack name to what happened to it since a ref."""

    def call(*arguments: str, ref: str = "HEAD") -> dict[str, str]:
        code, out, err = said("--changed-since", ref, *arguments)
        assert code == 0, err
        report: Any = json.loads(out)
        return {row["stack"]: row["change"] for row in (*report["stacks"], *report["removed"])}

    return call


Changed = Callable[..., dict[str, str]]


def test_all_stacks_are_listed_without_a_ref(repo: Path, said: Said, tmp_path: Path) -> None:
    del repo
    code, out, err = said()
    report = json.loads(out)
    assert (code, err) == (0, "3 stacks\n")
    assert report == {
        "format_version": 1,
        "changed_since": None,
        "stacks": [
            {"stack": name, "dir": f"build/{name}", "change": None, "account": account, "region": region, "files": []}
            for name, account, region in (
                ("jobs", "123456789012", "eu-west-1"),
                ("shop", "123456789012", "eu-west-1"),
                ("side", "210987654321", "eu-north-1"),
            )
        ],
        "removed": [],
        "summary": {"stacks": 3, "listed": 3, "removed": 0},
    }
    # That needs no repository.
    write(
        tmp_path / "plain",
        "stackgrant.yaml",
        HEAD + STACKS.replace("apps", "tags").replace("[", "{a: ").replace("]", "}"),
    )
    os.chdir(tmp_path / "plain")
    assert said()[0] == 0


def test_nothing_has_changed(repo: Path, changed: Changed, said: Said) -> None:
    assert changed() == {}
    write(repo, "stackgrant.yaml", "# a comment\n" + SPEC.replace("apps:\n", "apps:  # here, too\n\n"))
    write(repo, "iam/job.json", json.dumps(json.loads(POLICY % "arn:aws:s3:::shop-jobs/*"), indent=4))
    assert changed() == {}
    assert said("--changed-since", "HEAD")[2].startswith("0 of 3 stacks have changed since HEAD (")


def test_a_shared_bundle_changes_those_that_use_it(repo: Path, changed: Changed, said: Said) -> None:
    write(repo, "stackgrant.yaml", SPEC.replace("send", "consume"))
    assert changed() == {"shop": "changed"}
    report = json.loads(said("--changed-since", "HEAD")[1])
    assert report["stacks"][0]["files"] == ["app-web.tf.json"]
    assert report["changed_since"] == {"ref": "HEAD", "commit": git(repo, "rev-parse", "HEAD").strip(), "unknown": None}
    assert report["summary"] == {"stacks": 3, "listed": 1, "removed": 0}
    # Committed, it is the same.
    commit(repo)
    assert changed() == {}
    assert changed(ref="HEAD~1") == {"shop": "changed"}


def test_a_policy_file_is_read_as_it_was(repo: Path, changed: Changed) -> None:
    write(repo, "iam/job.json", POLICY % "arn:aws:s3:::shop-other/*")
    assert changed() == {"jobs": "changed"}
    (repo / "iam" / "job.json").rename(repo / "iam" / "moved.json")
    write(repo, "stackgrant.yaml", SPEC.replace("iam/job.json", "iam/moved.json"))
    assert changed() == {"jobs": "changed"}
    write(repo, "iam/moved.json", POLICY % "arn:aws:s3:::shop-jobs/*")
    assert changed() == {}


def test_added_and_removed_stacks(repo: Path, changed: Changed, said: Said) -> None:
    write(repo, "stackgrant.yaml", SPEC.replace("  side:", "  aside:"))
    assert changed() == {"aside": "added", "side": "removed"}
    _, out, err = said("--changed-since", "HEAD")
    report = json.loads(out)
    assert [row["stack"] for row in report["stacks"]] == ["aside"]
    assert report["removed"][0]["account"] == "210987654321"
    assert err.splitlines()[1].endswith("so nothing here can plan it: side")
    for form in ("github", "gitlab", "atlantis", "terragrunt"):
        _, out, err = said("--changed-since", "HEAD", "--format", form)
        assert "side" in err.splitlines()[1]
        lines = [line for line in out.splitlines() if not line.startswith("#")]
        assert not any('"side"' in line or "build/side" in line for line in lines)
    assert changed("--stack", "aside") == {"aside": "added"}
    assert changed("--stack", "shop") == {}
    assert said("--stack", "side", "--changed-since", "HEAD")[0] == 2  # no stack of the spec, as `compile` says


def test_a_folder_of_specs(repo: Path, changed: Changed) -> None:
    (repo / "stackgrant.yaml").unlink()
    write(repo, "specs/common.yaml", HEAD + BUNDLES + APPS)
    write(repo, "specs/stacks/fleet.yaml", HEAD + STACKS)
    write(repo, "specs/notes.yaml", "title: none of ours\n")
    write(repo, "specs/iam/job.json", POLICY % "arn:aws:s3:::shop-jobs/*")
    commit(repo)
    assert changed("specs") == {}
    write(repo, "specs/common.yaml", HEAD + BUNDLES.replace("send", "consume") + APPS)
    assert changed("specs") == {"shop": "changed"}
    write(repo, "specs/common.yaml", HEAD + BUNDLES + APPS)
    # A stack in a file of its own: its output says which file it comes from, and so do those that stay.
    write(repo, "specs/stacks/fleet.yaml", HEAD + "".join(STACKS.splitlines(keepends=True)[:-1]))
    write(repo, "specs/stacks/side.yaml", HEAD + "stacks:\n" + STACKS.splitlines(keepends=True)[-1])
    assert changed("specs") == {"side": "changed"}
    (repo / "specs" / "stacks" / "side.yaml").unlink()
    assert changed("specs") == {"side": "removed"}
    # A file that is renamed is named in what comes from it.
    write(repo, "specs/stacks/fleet.yaml", HEAD + STACKS)
    (repo / "specs" / "stacks" / "fleet.yaml").rename(repo / "specs" / "stacks" / "all.yaml")
    assert changed("specs") == dict.fromkeys(("jobs", "shop", "side"), "changed")


def test_values_and_the_project_file_are_read_as_they_were(repo: Path, changed: Changed) -> None:
    spec = (
        SPEC.replace("bucket: shop-own", 'bucket: "shop-{{ values.env }}"')
        .replace("s3: {bucket", "s3: {bucket")
        .replace("apps:\n", "values: {env: dev}\napps:\n", 1)
    )
    write(repo, "stackgrant.yaml", spec)
    write(repo, "prod.yaml", "env: prod\n")
    commit(repo)
    assert changed("--values", "prod.yaml") == {}
    write(repo, "prod.yaml", "env: live\n")
    assert changed("--values", "prod.yaml") == {"side": "changed"}
    assert changed("--values", "prod.yaml", "--set", "env=x") == {}
    # What a project file made of an error then decides whether there was any output then.
    write(repo, "prod.yaml", "env: prod\n")
    write(repo, "iam/job.json", (POLICY % "arn:aws:s3:::shop-jobs/*").replace("GetObject", "GetObjct"))
    write(repo, ".stackgrant.yaml", "rules: {unknown-action: warning}\n")
    commit(repo)
    assert changed() == {}
    write(repo, "iam/job.json", POLICY % "arn:aws:s3:::shop-jobs/*")
    (repo / ".stackgrant.yaml").unlink()
    assert changed() == {"jobs": "changed"}


def test_a_spec_that_did_not_compile(repo: Path, changed: Changed, said: Said) -> None:
    write(repo, "stackgrant.yaml", SPEC.replace("send", "sned"))
    commit(repo)
    write(repo, "stackgrant.yaml", SPEC)
    assert changed() == dict.fromkeys(("jobs", "shop", "side"), "changed")
    code, out, err = said("--changed-since", "HEAD")
    assert code == 0
    assert err.count("\n") == 1
    assert "does not compile (SG204 at stackgrant.yaml:4: `access` cannot be `sned`)" in err
    assert "so all stacks count as changed: 3 stacks" in err
    assert "SG204" in json.loads(out)["changed_since"]["unknown"]


def test_a_spec_that_did_not_exist(repo: Path, changed: Changed, said: Said) -> None:
    write(repo, "other.yaml", SPEC)
    assert changed("other.yaml") == dict.fromkeys(("jobs", "shop", "side"), "changed")
    err = said("other.yaml", "--changed-since", "HEAD")[2]
    assert "`other.yaml` does not exist, so all stacks count as changed" in err


def test_errors_of_the_spec_are_shown_as_compile_does(
    repo: Path, said: Said, capsys: pytest.CaptureFixture[str]
) -> None:
    write(repo, "stackgrant.yaml", SPEC.replace("send", "sned"))
    code, out, err = said("--changed-since", "HEAD")
    assert (code, out) == (1, "")
    assert run(["compile"]) == 1
    assert capsys.readouterr().err == err
    (repo / "stackgrant.yaml").unlink()
    assert said()[0] == 2


def test_the_last_commit_in_common(repo: Path, changed: Changed, said: Said) -> None:
    git(repo, "checkout", "-q", "-b", "feature")
    write(repo, "stackgrant.yaml", SPEC.replace("shop-own", "shop-new"))
    commit(repo)
    git(repo, "checkout", "-q", "main")
    write(repo, "stackgrant.yaml", SPEC.replace("send", "consume"))
    commit(repo)
    git(repo, "checkout", "-q", "feature")
    assert changed(ref="main") == {"shop": "changed", "side": "changed"}
    assert changed(ref="main...") == {"side": "changed"}
    git(repo, "checkout", "-q", "--orphan", "island")
    commit(repo)
    assert "SG842" in said("--changed-since", "main...")[2]


def test_refs_that_lead_nowhere(repo: Path, said: Said) -> None:
    git(repo, "update-ref", "refs/remotes/origin/release", "HEAD")
    for ref, words in (
        ("mian", "did you mean `main`?"),
        ("release", "`origin/release` exists"),
        ("", "the git ref is empty"),
        ("0" * 40, "that is what pipelines say of a branch that is new"),
        ("--output=oops", "leads to no commit"),
        ("HEAD:stackgrant.yaml", "leads to no commit"),
    ):
        code, out, err = said(f"--changed-since={ref}")
        assert (code, out) == (2, ""), ref
        assert "SG842" in err
        assert words in err
    assert not (repo / "oops").exists()


def test_a_shallow_clone(repo: Path, said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = git(repo, "rev-parse", "HEAD").strip()
    commit(repo)
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repo}", "clone")
    monkeypatch.chdir(tmp_path / "clone")
    assert said("--changed-since", "HEAD")[0] == 0
    code, _, err = said("--changed-since", first)
    assert code == 2
    assert f"the clone is shallow: `git fetch --depth=1 origin {first}`" in " ".join(err.replace("\n", " ").split())


def test_no_repository_and_no_git(tmp_path: Path, repo: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "plain", "stackgrant.yaml", SPEC)
    write(tmp_path / "plain", "iam/job.json", POLICY % "arn:aws:s3:::shop-jobs/*")
    code, out, err = said(str(tmp_path / "plain" / "stackgrant.yaml"), "--changed-since", "HEAD")
    assert (code, out) == (2, "")
    assert "SG841" in err
    assert "not a git repository" in err
    code, out, err = said("stackgrant.yaml", str(tmp_path / "plain"), "--changed-since", "HEAD")
    assert code != 0
    assert "SG843" in err
    code, _, err = said("--changed-since", "HEAD", "--against", "output", "-o", "../build")
    assert code == 2
    assert "SG843" in err
    monkeypatch.setenv("PATH", str(repo / "iam"))
    code, out, err = said("--changed-since", "HEAD")
    assert (code, out) == (2, "")
    assert "SG840" in err


def test_nothing_of_the_repository_is_touched(repo: Path, changed: Changed) -> None:
    write(repo, "stackgrant.yaml", SPEC.replace("send", "consume"))
    write(repo, "staged.txt", "x")
    git(repo, "add", "staged.txt")

    def state() -> dict[str, tuple[int, bytes]]:
        files = (path for path in repo.rglob("*") if path.is_file())
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    status = git(repo, "status", "--porcelain")  # which refreshes the index
    before = state()
    assert changed() == {"shop": "changed"}
    assert changed("--against", "output") == dict.fromkeys(("jobs", "shop", "side"), "changed")
    assert state() == before
    assert git(repo, "status", "--porcelain") == status


def test_from_another_folder(repo: Path, changed: Changed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(repo, "stackgrant.yaml", SPEC.replace("send", "consume"))
    monkeypatch.chdir(repo / "iam")
    assert changed("../stackgrant.yaml") == {"shop": "changed"}
    monkeypatch.chdir(tmp_path)
    assert changed("fleet/stackgrant.yaml") == {"shop": "changed"}
    (tmp_path / "link").symlink_to(repo)
    assert changed("link/stackgrant.yaml") == {"shop": "changed"}
    assert changed(str(tmp_path / "link" / "stackgrant.yaml")) == {"shop": "changed"}


def test_committed_links_and_names(repo: Path, changed: Changed) -> None:
    write(repo, "shared/öl und\nmehr.json", POLICY % "arn:aws:s3:::shop-jobs/*")
    (repo / "iam" / "job.json").unlink()
    (repo / "iam" / "job.json").symlink_to("../shared/öl und\nmehr.json")
    (repo / "iam" / "round").symlink_to("round")
    (repo / "iam" / "out").symlink_to("/")
    commit(repo)
    assert changed() == {}
    write(repo, "shared/öl und\nmehr.json", POLICY % "arn:aws:s3:::shop-other/*")
    assert changed() == {"jobs": "changed"}


def test_a_clone_that_lacks_objects(repo: Path, said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(repo, "stackgrant.yaml", SPEC.replace("send", "consume"))
    commit(repo)
    git(repo, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{repo}", "clone")
    repo.rename(tmp_path / "gone")
    monkeypatch.chdir(tmp_path / "clone")
    code, out, err = said("--changed-since", "HEAD~1")
    assert (code, out) == (2, "")
    assert "SG844" in err
    assert "the clone lacks files of HEAD~1" in err
    # What is compared with is the output then, of which there is none.
    assert said("--changed-since", "HEAD~1", "--against", "output")[0] == 0


def test_against_committed_output(repo: Path, changed: Changed, said: Said) -> None:
    def against(*more: str, ref: str = "HEAD") -> dict[str, str]:
        return changed("--against", "output", *more, ref=ref)

    assert "`build` holds no output of this spec at HEAD" in said("--changed-since=HEAD", "--against=output")[2]
    assert run(["compile"]) == 0
    write(repo, "build/shop/backend.tf", "# ours\n")
    commit(repo)
    assert against() == {}
    # As if an older compiler had written it: the specs are the same, the output is not.
    outputs = repo / "build" / "shop" / "outputs.tf.json"
    outputs.write_text(outputs.read_text().replace("\n}", ',\n  "locals": {}\n}'))
    write(repo, "build/shop/backend.tf", "# changed\n")
    commit(repo)
    assert changed() == {}
    assert against() == {"shop": "changed"}
    write(repo, "stackgrant.yaml", SPEC.replace("  side:", "  aside:"))
    assert against() == {"aside": "added", "shop": "changed", "side": "removed"}
    # The state of the folder now does not matter.
    assert run(["compile"]) == 0
    assert against() == {"aside": "added", "shop": "changed", "side": "removed"}
    commit(repo)
    assert against() == {}
    assert against("--tests") == dict.fromkeys(("aside", "jobs", "shop"), "changed")
    assert run(["compile", "--tests"]) == 0
    commit(repo)
    assert against("--tests") == {}


def test_usage(repo: Path, said: Said) -> None:
    del repo
    for arguments in (
        ("-", "--changed-since", "HEAD"),
        ("-o", "-"),
        ("--format", "json", "--max-jobs", "3"),
        ("--format", "github", "--max-jobs", "257"),
        ("--format", "atlantis", "-o", "../build"),
        ("--format", "atlantis", "-o", "/build"),
        ("--format", "github", "--max-jobs", "2", "-o", "my build"),
    ):
        code, out, _ = said(*arguments)
        assert (code, out) == (2, ""), arguments
