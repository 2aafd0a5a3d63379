"""Codes of what git says. No spec can show them: they depend on the command line and the clone."""

from __future__ import annotations

from compiler.diagnostics import Code, Severity

NO_GIT = Code(
    "SG840",
    "git-missing",
    Severity.ERROR,
    "Reports that `git` could not be started.",
    "What has changed since a commit is only known by asking git for the files as they were.",
    "",
    "",
    ("https://git-scm.com/downloads",),
)

NO_REPOSITORY = Code(
    "SG841",
    "no-git-repository",
    Severity.ERROR,
    "Reports that the spec lies in no git repository with a work tree, or in one that git refuses to read.",
    "What has changed since a commit is only known in the repository that has the commit. Git refuses a repository "
    "that belongs to another user, which is common in containers, until `safe.directory` names it.",
    "",
    "",
    ("https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory",),
)

UNKNOWN_REF = Code(
    "SG842",
    "unknown-git-ref",
    Severity.ERROR,
    "Reports a git ref that leads to no commit of this clone, or shares no commit with the present branch.",
    "Pipelines clone with little history, so the commit may exist and just not be there. To take that for "
    "“everything has changed” would plan the whole fleet each time, and to take it for “nothing” would plan too "
    "little.",
    "",
    "",
    ("https://git-scm.com/docs/gitrevisions",),
)

OUTSIDE_REPOSITORY = Code(
    "SG843",
    "outside-of-repository",
    Severity.ERROR,
    "Reports a spec, or an output folder to compare with, that lies outside of the git repository in question.",
    "Git knows nothing of its earlier content, so whatever changed there would be overlooked.",
    "",
    "",
)

INCOMPLETE_CLONE = Code(
    "SG844",
    "incomplete-clone",
    Severity.ERROR,
    "Reports a clone that has a commit and lacks files of it, as partial clones do (`--filter=blob:none`).",
    "Git would fetch them from the server. stackgrant uses no network by itself; `GIT_NO_LAZY_FETCH=0` in the "
    "environment allows it.",
    "",
    "",
    ("https://git-scm.com/docs/partial-clone",),
)

CODES = (NO_GIT, NO_REPOSITORY, UNKNOWN_REF, OUTSIDE_REPOSITORY, INCOMPLETE_CLONE)
