"""Codes 3xx (names and templates) and 520 (grammar of raw statements), with the pages that ``explain`` prints."""

from __future__ import annotations

from compiler.diagnostics import Code, Severity
from compiler.frontend import derived_codes

_IAM_GUIDE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
_STACK = """\
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
"""
_WEB = f"{_STACK}    layers:\n      web: {{apps: [web]}}\n"


def _app(permission: str, head: str = "") -> str:
    """A spec of one app with one permission."""
    return f"version: 1\n{head}apps:\n  web:\n    permissions:\n      - {permission}\n{_WEB}"


UNDEFINED_NAME = Code(
    "SG301",
    "undefined-name",
    Severity.ERROR,
    "Reports a name in `{{ … }}` that has no value.",
    "A name that is not known would leave a hole in the name of a bucket or role.",
    _app('s3: {bucket: "shop-{{ values.evn }}", access: read}  # error: SG301', "values: {env: prod}\n"),
    _app('s3: {bucket: "shop-{{ values.env }}", access: read}', "values: {env: prod}\n"),
)
TEMPLATE_SYNTAX = Code(
    "SG302",
    "template-syntax",
    Severity.ERROR,
    "Reports `{{ … }}` that is not an expression, or that uses more than names, comparisons and a few filters.",
    "Specs come from many hands. Expressions cannot loop, call functions or allocate without bound.",
    _app('s3: {bucket: "shop-{{ range(3) }}", access: read}  # error: SG302'),
    _app('s3: {bucket: "shop-{{ stack.name }}", access: read}'),
    ("https://jinja.palletsprojects.com/en/stable/templates/#expressions",),
)
TEMPLATE_RESULT = Code(
    "SG303",
    "template-result",
    Severity.ERROR,
    "Reports an expression whose value cannot stand in a text: a list, a mapping, nothing, or far too long a text.",
    "A template fills one scalar; lists and mappings are written as YAML.",
    _app('s3: {bucket: "{{ values.buckets }}", access: read}  # error: SG303', "values: {buckets: [one, two]}\n"),
    _app("s3: {bucket: [shop-one, shop-two], access: read}"),
)
FOREIGN_INTERPOLATION = Code(
    "SG304",
    "foreign-interpolation",
    Severity.ERROR,
    "Reports `${…}` that is neither a Terraform reference nor an IAM variable, and every `%{…}`.",
    'Terraform would evaluate it: `${file("/etc/passwd")}` in a tag puts the file\'s content into the plan.',
    _app('s3: {bucket: shop-assets, prefix: "${upper(var.team)}/", access: read}  # error: SG304'),
    _app('s3: {bucket: shop-assets, prefix: "${aws:PrincipalTag/team}/", access: read}'),
    (f"{_IAM_GUIDE}reference_policies_variables.html",),
)
REFERENCE_NOT_ALLOWED = Code(
    "SG305",
    "reference-not-allowed",
    Severity.ERROR,
    "Reports a Terraform reference in a place that must be known when compiling, such as a name, path or action.",
    "Names, limits and actions are checked before anything is written; a value that only Terraform knows cannot be.",
    'version: 1\nstacks:\n  shop:\n    account: "123456789012"\n    region: eu-west-1\n'
    '    path: "/${var.team}/"  # error: SG305\n',
    'version: 1\nvalues: {team: web}\nstacks:\n  shop:\n    account: "123456789012"\n    region: eu-west-1\n'
    '    path: "/{{ values.team }}/"\n',
)
UNKNOWN_NAME = Code(
    "SG310",
    "unknown-name",
    Severity.ERROR,
    "Reports an app, bundle, layer or `ref:` that is named but not defined.",
    "A typo must never become another bucket, or a layer without its permissions.",
    f"version: 1\napps:\n  storefront: {{}}\n{_STACK}    layers:\n"
    "      web:\n        apps: [storefront]\n      worker:\n        apps: [storefrnt]  # error: SG310\n",
    f"version: 1\napps:\n  storefront: {{}}\n{_STACK}    layers:\n      web:\n        apps: [storefront]\n",
)
DUPLICATE_NAME = Code(
    "SG311",
    "duplicate-name",
    Severity.ERROR,
    "Reports a name that two documents or files of a spec define, or a layer and a combined profile that share one.",
    "Names are unique across a spec, so that every reference means one thing in whatever order files are read.",
    f"version: 1\n{_STACK}    layers:\n      web: {{}}\n    profiles:\n      web: {{layers: [web]}}  # error: SG311\n",
    f"version: 1\n{_STACK}    layers:\n      web: {{}}\n    profiles:\n      web-all: {{layers: [web]}}\n",
)
RESERVED_NAME = Code(
    "SG312",
    "reserved-name",
    Severity.ERROR,
    "Reports a layer or combined profile that is called `default`.",
    "`default` is the stack's own profile: `aws_iam_role.default` and the key `default` in the outputs.",
    f"version: 1\n{_STACK}    layers:\n      default: {{}}  # error: SG312\n",
    f"version: 1\n{_STACK}    layers:\n      base: {{}}\n",
)
BUNDLE_CYCLE = Code(
    "SG313",
    "bundle-cycle",
    Severity.ERROR,
    "Reports bundles that contain one another.",
    "Such a bundle has no end; the message shows the whole circle.",
    f"version: 1\nbundles:\n  a:\n    - bundle: b\n  b:\n    - bundle: a  # error: SG313\n{_STACK}"
    "    permissions:\n      - bundle: a\n",
    f"version: 1\nbundles:\n  a:\n    - bundle: b\n  b:\n    - session_manager: {{}}\n{_STACK}"
    "    permissions:\n      - bundle: a\n",
)
INVALID_RESOURCE = Code(
    "SG314",
    "invalid-resource",
    Severity.ERROR,
    "Reports a name or ARN that cannot be the kind of resource that stands there.",
    "AWS accepts such a policy, and it grants nothing; the mistake shows in production.",
    _app("s3: {bucket: Shop_Assets, access: read}  # error: SG314"),
    _app("s3: {bucket: shop-assets, access: read}"),
)
WRONG_RESOURCE_KIND = Code(
    "SG315",
    "wrong-resource-kind",
    Severity.ERROR,
    "Reports `ref:` to a resource that is declared for another grant.",
    "The name exists, but it is a bucket where a queue goes.",
    _app("sqs: {queue: ref:assets, access: send}  # error: SG315", "resources:\n  assets: {s3: shop-assets}\n"),
    _app("s3: {bucket: ref:assets, access: put}", "resources:\n  assets: {s3: shop-assets}\n"),
)
INVALID_ACCOUNT = Code(
    "SG316",
    "invalid-account",
    Severity.ERROR,
    "Reports an account that is not 12 digits.",
    "The account stands in every ARN and in `allowed_account_ids`.",
    'version: 1\nvalues: {id: "12345"}\nstacks:\n  shop:\n    account: "{{ values.id }}"  # error: SG316\n'
    "    region: eu-west-1\n",
    'version: 1\nvalues: {id: "123456789012"}\nstacks:\n  shop:\n    account: "{{ values.id }}"\n'
    "    region: eu-west-1\n",
)
UNKNOWN_REGION = Code(
    "SG317",
    "unknown-region",
    Severity.ERROR,
    "Reports a region that does not exist.",
    "ARNs with such a region match nothing.",
    'version: 1\nstacks:\n  shop:\n    account: "123456789012"\n    region: eu-wst-1  # error: SG317\n',
    'version: 1\nstacks:\n  shop:\n    account: "123456789012"\n    region: eu-west-1\n',
)
PARTITION_MISMATCH = Code(
    "SG318",
    "partition-mismatch",
    Severity.ERROR,
    "Reports a partition that does not hold the stack's region.",
    "The partition is the second field of every ARN; the region says which it is.",
    'version: 1\nstacks:\n  shop:\n    account: "123456789012"\n    region: us-gov-west-1\n'
    "    partition: aws  # error: SG318\n",
    'version: 1\nstacks:\n  shop:\n    account: "123456789012"\n    region: us-gov-west-1\n    partition: aws-us-gov\n',
)
INVALID_VALUE = Code(
    "SG319",
    "invalid-value",
    Severity.ERROR,
    "Reports a value that does not fit a parameter of a grant once its templates are evaluated.",
    "What a parameter may be stands on the grant's page; the schema cannot look into `{{ … }}`.",
    _app('s3: {bucket: shop-assets, access: "{{ values.level }}"}  # error: SG319', "values: {level: reed}\n"),
    _app('s3: {bucket: shop-assets, access: "{{ values.level }}"}', "values: {level: read}\n"),
)
MISSING_ARGUMENT = Code(
    "SG320",
    "missing-argument",
    Severity.ERROR,
    "Reports a grant that has none of the parameters of which it needs one.",
    "Without it the grant says nothing about what it is for.",
    _app("ssm: {access: read}  # error: SG320"),
    _app("ssm: {parameter: /shop/db-url, access: read}"),
)
IDLE_ARGUMENT = Code(
    "SG329",
    "idle-argument",
    Severity.ERROR,
    "Reports a parameter or an access that has no effect together with the rest of the grant.",
    "Whoever wrote it believes that it limits or allows something; it does neither.",
    _app("sqs: {queue: orders, access: purge, kms_key: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}  # error: SG329"),
    _app("sqs: {queue: orders, access: [send, purge], kms_key: 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0}"),
)
EMPTY_SPEC = Code(
    "SG330",
    "empty-spec",
    Severity.ERROR,
    "Reports a spec without a single document in it.",
    "Compiling nothing would remove the output of everything.",
    "# nothing but comments  # error: SG330\n",
    f"version: 1\n{_STACK}",
)
PROFILE_MODE = Code(
    "SG321",
    "profile-mode",
    Severity.ERROR,
    "Reports a `profile:` that does not go together with the rest of the layer or stack.",
    "Permissions that no profile carries would silently be lost.",
    f"version: 1\napps:\n  web:\n    permissions:\n      - sqs: {{queue: orders, access: send}}\n{_STACK}    layers:\n"
    "      web:\n        apps: [web]\n        profile: inherit  # error: SG321\n",
    f"version: 1\napps:\n  web:\n    permissions:\n      - sqs: {{queue: orders, access: send}}\n{_STACK}    layers:\n"
    "      web:\n        apps: [web]\n        profile: extend\n",
)
MOVED_CONFLICT = Code(
    "SG322",
    "moved-conflict",
    Severity.ERROR,
    "Reports `moved:` from a name that still exists, or that two entries claim.",
    "Terraform answers `Moved object still exists` and plans nothing.",
    f"version: 1\n{_STACK}    layers:\n      web: {{}}\n      front:\n        moved: web  # error: SG322\n",
    f"version: 1\n{_STACK}    layers:\n      front:\n        moved: web\n",
    ("https://developer.hashicorp.com/terraform/language/modules/develop/refactoring",),
)
INVALID_DATE = Code(
    "SG323",
    "invalid-date",
    Severity.ERROR,
    "Reports an `expires:` that is no day of the calendar.",
    "The day becomes a condition on `aws:CurrentTime`; AWS reads a date it does not understand as it likes.",
    _app("s3: {bucket: shop-assets, access: read}\n        expires: 2027-02-30  # error: SG323"),
    _app("s3: {bucket: shop-assets, access: read}\n        expires: 2099-02-28"),
)
INVALID_NUMBER = Code(
    "SG324",
    "invalid-number",
    Severity.ERROR,
    "Reports a template that does not give a whole number where one is needed.",
    "Durations and quotas are numbers.",
    'version: 1\nvalues: {hours: two}\nstacks:\n  shop:\n    account: "123456789012"\n    region: eu-west-1\n'
    '    session_duration: "{{ values.hours }}"  # error: SG324\n',
    'version: 1\nvalues: {seconds: 7200}\nstacks:\n  shop:\n    account: "123456789012"\n    region: eu-west-1\n'
    '    session_duration: "{{ values.seconds }}"\n',
)
INVALID_TRUST = Code(
    "SG325",
    "invalid-trust",
    Severity.ERROR,
    "Reports an entry of `trust:` that names no account or principal.",
    "Who may assume a role is its most dangerous sentence; `*` and half-names are not taken.",
    f"version: 1\n{_STACK}    trust:\n      - service: ec2.amazonaws.com\n      - principal: deploy  # error: SG325\n",
    f"version: 1\n{_STACK}    trust:\n      - service: ec2.amazonaws.com\n"
    "      - principal: arn:aws:iam::123456789012:role/deploy\n",
)
PROVIDER_ARGUMENT = Code(
    "SG341",
    "provider-argument",
    Severity.ERROR,
    "Reports an argument under `terraform: {provider: …}` that takes the provider away from the stack: its region, its "
    "account, or an alias.",
    "Resources use the provider without an alias, and it refuses every account but the one of the stack.",
    f"version: 1\n{_STACK}    terraform:\n      provider:\n        alias: main  # error: SG341\n",
    f"version: 1\n{_STACK}    terraform:\n      provider:\n        profile: main\n",
)
CONDITION_CONFLICT = Code(
    "SG326",
    "condition-conflict",
    Severity.ERROR,
    "Reports a condition that is set twice under the same operator: around the grant, or there and by the grant.",
    "IAM reads a key once under each operator: one of the two conditions would be lost.",
    _app(
        "s3: {bucket: shop-assets, prefix: public/, access: list}\n"
        "        when: {StringLike: {s3:prefix: public/x*}}  # error: SG326"
    ),
    _app("s3: {bucket: shop-assets, prefix: public/x, access: list}"),
)
CONDITION_OUT_OF_PLACE = Code(
    "SG349",
    "condition-out-of-place",
    Severity.ERROR,
    "Reports a shorthand under `when:` that says nothing about what the grant allows.",
    "The condition would never be met, so nothing would be allowed that the permission seems to allow.",
    _app(
        "statement: {Effect: Allow, Action: ec2:DeleteVolume, Resource: '*'}\n"
        "        when: {own_instance_only: true}  # error: SG349"
    ),
    _app(
        "statement: {Effect: Allow, Action: ec2:StopInstances, Resource: '*'}\n        when: {own_instance_only: true}"
    ),
    (f"{_IAM_GUIDE}reference_policies_condition-keys.html",),
)
EFFECT_NOT_ALLOWED = Code(
    "SG327",
    "effect-not-allowed",
    Severity.ERROR,
    "Reports `effect`, `when` or `expires` around a permission that cannot take them.",
    "A managed policy applies as it is, and a raw statement says its own effect.",
    _app("managed_policy: ReadOnlyAccess\n        effect: deny  # error: SG327"),
    _app("managed_policy: AmazonSSMManagedInstanceCore"),
)
POLICY_FILE = Code(
    "SG328",
    "policy-file",
    Severity.ERROR,
    "Reports a policy file that cannot be read, is no policy document, or lies outside of the spec's folder.",
    "A spec may only take in what is reviewed together with it.",
    _app("policy: ../secrets.json  # error: SG328"),
    _app("s3: {bucket: shop-assets, access: read}"),
)
STATEMENT_GRAMMAR = Code(
    "SG520",
    "statement-grammar",
    Severity.ERROR,
    "Reports a raw statement or condition that the grammar of the policy language does not allow.",
    "Terraform accepts `Resource: []`, and AWS refuses it at apply time, or reads it as something else.",
    _app("statement: {Effect: allow, Action: s3:ListAllMyBuckets, Resource: '*'}  # error: SG520"),
    _app("statement: {Effect: Allow, Action: s3:ListAllMyBuckets, Resource: '*'}"),
    (f"{_IAM_GUIDE}reference_policies_grammar.html",),
)

UNUSED_DEFINITION = Code(
    "SG701",
    "unused-definition",
    Severity.WARNING,
    "Reports an app, bundle or resource that nothing uses.",
    "It grants nothing, and usually means that a layer was forgotten or a name was mistyped.",
    f"version: 1\napps:\n  web: {{}}  # warning: SG701\n{_STACK}    layers:\n      web: {{}}\n",
    f"version: 1\napps:\n  web: {{}}\n{_STACK}    layers:\n      web: {{apps: [web]}}\n",
)
EXPIRY = Code(
    "SG702",
    "expiry",
    Severity.WARNING,
    "Reports a permission whose `expires:` has passed or comes within 30 days.",
    "After that day AWS denies what it granted, in the middle of the night.",
    _app("s3: {bucket: shop-assets, access: read}\n        expires: 2020-01-31  # warning: SG702"),
    _app("s3: {bucket: shop-assets, access: read}\n        expires: 2099-01-31"),
)
# Depends on the command line, so no spec can show it.
UNKNOWN_STACK = Code(
    "SG811",
    "unknown-stack",
    Severity.ERROR,
    "Reports `--stack NAME` for a stack that the spec does not have.",
    "Nothing would be compiled, and nobody would notice.",
    "",
    "",
)

CODES = (
    UNDEFINED_NAME,
    TEMPLATE_SYNTAX,
    TEMPLATE_RESULT,
    FOREIGN_INTERPOLATION,
    REFERENCE_NOT_ALLOWED,
    UNKNOWN_NAME,
    DUPLICATE_NAME,
    RESERVED_NAME,
    BUNDLE_CYCLE,
    INVALID_RESOURCE,
    WRONG_RESOURCE_KIND,
    INVALID_ACCOUNT,
    UNKNOWN_REGION,
    PARTITION_MISMATCH,
    INVALID_VALUE,
    MISSING_ARGUMENT,
    IDLE_ARGUMENT,
    EMPTY_SPEC,
    PROFILE_MODE,
    MOVED_CONFLICT,
    INVALID_DATE,
    INVALID_NUMBER,
    INVALID_TRUST,
    PROVIDER_ARGUMENT,
    CONDITION_CONFLICT,
    CONDITION_OUT_OF_PLACE,
    EFFECT_NOT_ALLOWED,
    POLICY_FILE,
    *derived_codes.CODES,
    STATEMENT_GRAMMAR,
    UNUSED_DEFINITION,
    EXPIRY,
    UNKNOWN_STACK,
)
