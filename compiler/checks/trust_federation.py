"""An identity provider whose identities may all assume the role, since nothing says which.

Of a provider that many customers share (GitHub, GitLab, Terraform Cloud) the audience says nothing: everybody can ask
for a token with it. There the subject has to be named. SAML assertions are made for somebody, which has to be AWS.

Source: IAM User Guide, "Create a role for OpenID Connect federation" and "Create a role for SAML 2.0 federation".
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.pattern import matches
from compiler.aws.reference import OPEN
from compiler.aws.statement import Condition, Statement
from compiler.checks.condition_keys import required
from compiler.checks.risk import HIGH, MEDIUM
from compiler.checks.spans import path_of, span_in
from compiler.checks.told import Told
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program

OPEN_FEDERATION = Code(
    id="SG613",
    name="open-web-identity",
    severity=Severity.WARNING,
    what="Reports a trust policy for an OIDC provider without a condition on its tokens; of a provider that "
    "many share, one without the subject, or with a subject that everybody or a whole organisation has.",
    why="Everybody who can log in at the provider may assume the role. With GitHub that is every repository "
    "of the world.",
    bad="""\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Principal:
      Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"  # warning: SG613
    Action: sts:AssumeRoleWithWebIdentity
    Condition: {StringEquals: {"token.actions.githubusercontent.com:aud": sts.amazonaws.com}}
""",
    good="""\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Principal:
      Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    Action: sts:AssumeRoleWithWebIdentity
    Condition:
      StringEquals:
        "token.actions.githubusercontent.com:aud": sts.amazonaws.com
        "token.actions.githubusercontent.com:sub": repo:shop/storefront:ref:refs/heads/main
""",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ),
)

OPEN_SAML = Code(
    id="SG614",
    name="saml-without-audience",
    severity=Severity.WARNING,
    what="Reports a trust policy for a SAML provider without a condition on `SAML:aud`.",
    why="An assertion that was made for another service is as good as one for AWS then.",
    bad="""\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Principal: {Federated: "arn:aws:iam::123456789012:saml-provider/login"}  # warning: SG614
    Action: sts:AssumeRoleWithSAML
""",
    good="""\
Version: "2012-10-17"
Statement:
  - Effect: Allow
    Principal: {Federated: "arn:aws:iam::123456789012:saml-provider/login"}
    Action: sts:AssumeRoleWithSAML
    Condition: {StringEquals: {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
""",
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_saml.html",),
)
CODES = (OPEN_FEDERATION, OPEN_SAML)
# Providers at which everybody can have an account, by the beginning of their URL.
_SHARED = (
    "agent.buildkite.com",
    "api.bitbucket.org",
    "app.terraform.io",
    "gitlab.com",
    "token.actions.githubusercontent.com",
    "vstoken.dev.azure.com",
)
_GITHUB = "token.actions.githubusercontent.com"
# One provider for each cluster, whose subjects are its service accounts.
_CLUSTER = "oidc.eks."
_SUBJECTS = (":sub", ":job_workflow_ref", ":repository", ":repository_id", ":terraform_workspace_id", ":project_path")


def check(program: Program) -> Iterator[Diagnostic]:
    """Look at each federated principal of the statements that let somebody in."""
    told = Told()
    for stack in program.stacks:
        for role in stack.roles:
            for statement in role.trust:
                if statement.effect == "Allow" and any(kind == "Federated" for kind, _ in statement.principals):
                    yield from told.new(stack, statement, _of_statement(statement))


def _of_statement(statement: Statement) -> Iterator[Diagnostic]:
    needed = required(statement.conditions)
    for kind, values in statement.principals:
        for value in values if kind == "Federated" else ():
            if OPEN in value:
                continue
            if ":saml-provider/" in value:
                if _takes_assertions(statement) and not any(item.key.lower().startswith("saml:") for item in needed):
                    yield _report(
                        OPEN_SAML,
                        statement,
                        value,
                        "a SAML assertion for anybody is taken here",
                        "no audience is asked for",
                        MEDIUM,
                        'add `StringEquals: {"SAML:aud": "https://signin.aws.amazon.com/saml"}`',
                    )
            else:
                yield from _web(statement, value, value.partition(":oidc-provider/")[2] or value, needed)


def _takes_assertions(statement: Statement) -> bool:
    """Whether a SAML provider can use the statement at all."""
    return any(matches(text.lower(), "sts:assumerolewithsaml") for text in statement.actions) or not statement.actions


def _web(statement: Statement, value: str, url: str, needed: tuple[Condition, ...]) -> Iterator[Diagnostic]:
    claims = [item for item in needed if item.key.lower().startswith(f"{url.lower()}:")]
    subjects = [item for item in claims if item.key.lower().endswith(_SUBJECTS)]
    if not claims or (not subjects and url.startswith((*_SHARED, _CLUSTER))):
        yield _report(
            OPEN_FEDERATION,
            statement,
            value,
            f"every identity of `{url}` may assume this role",
            "no subject is asked for" if claims else "no condition on its tokens",
            HIGH if url.startswith(_SHARED) or not claims else MEDIUM,
            f'add `StringEquals: {{"{url}:sub": …}}`',
        )
    elif url == _GITHUB and (subject := next((i for i in subjects if i.key.lower().endswith(":sub")), None)):
        for text in subject.values:
            yield from _github(statement, text)


def _github(statement: Statement, text: str) -> Iterator[Diagnostic]:
    """``repo:OWNER/REPOSITORY:…``: without an owner it is everybody, without a repository all of the owner's."""
    if OPEN in text or not text.startswith(("repo:", "*", "?", "r*")):
        return
    owner, slash, rest = text.removeprefix("repo:").partition("/")
    repository = rest.partition(":")[0]
    if "*" in owner or "?" in owner:
        message, severity, note = "every repository of GitHub may assume this role", None, HIGH
    elif slash and repository.strip("*?") == "":
        message, severity, note = f"every repository of `{owner}` may assume this role", Severity.NOTE, MEDIUM
    else:
        return
    help_line = "name the repository and the branch: `repo:OWNER/REPOSITORY:ref:refs/heads/main`"
    yield _report(OPEN_FEDERATION, statement, text, message, "matches more than one", note, help_line, severity)


def _report(
    code: Code,
    statement: Statement,
    needle: str,
    message: str,
    label: str,
    note: str,
    help_line: str,
    severity: Severity | None = None,
) -> Diagnostic:
    return Diagnostic(
        code,
        message,
        span_in(statement, needle),
        label,
        notes=(note,),
        help=(help_line,),
        path=path_of(statement),
        severity=severity,
    )
