"""A session duration that IAM does not take.

Source: IAM API Reference, ``CreateRole``, parameter ``MaxSessionDuration``.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.aws.limits import MAX_SESSION_DURATION, MIN_SESSION_DURATION
from compiler.diagnostics import Code, Diagnostic, Severity
from compiler.ir.program import Program, setting_origin

SESSION_DURATION = Code(
    id="SG409",
    name="session-duration",
    severity=Severity.ERROR,
    what="Reports a session duration under 3,600 or over 43,200 seconds.",
    why="IAM refuses the role. The setting bounds sessions that somebody assumes; the credentials of an instance are "
    "renewed for as long as the instance runs, whatever it says.",
    bad="""\
version: 1
values: {seconds: 86400}
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    layers:
      web:
        apps: [web]
        session_duration: "{{ values.seconds }}"  # error: SG409
""",
    good="""\
version: 1
apps:
  web:
    permissions:
      - s3: {bucket: shop-assets, prefix: public/, access: read}
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    layers:
      web:
        apps: [web]
        session_duration: 43200
""",
    references=("https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html",),
)
CODES = (SESSION_DURATION,)


def check(program: Program) -> Iterator[Diagnostic]:
    """Hold the session duration of each role against the range of the API."""
    for stack in program.stacks:
        for role in stack.roles:
            seconds = role.max_session_duration
            if seconds is None or MIN_SESSION_DURATION <= seconds <= MAX_SESSION_DURATION:
                continue
            yield Diagnostic(
                SESSION_DURATION,
                f"a session cannot last {seconds:,} seconds",
                setting_origin(role, "session_duration").span,
                "too short" if seconds < MIN_SESSION_DURATION else "too long",
                expected=f"{MIN_SESSION_DURATION} (one hour) to {MAX_SESSION_DURATION} (twelve hours)",
                path=setting_origin(role, "session_duration").path,
            )
