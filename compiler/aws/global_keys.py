"""The global condition keys of IAM: type, number of values, and whether a request of an EC2 instance carries them.

The service data knows only three of them. Besides the ``aws:`` keys the table holds the cross-service keys, which
have a service's prefix and stand in requests to other services (``ec2:SourceInstanceArn``).

``ec2_role_presence`` speaks of requests that an instance signs with the credentials of its instance profile:
``always`` (in each of them), ``never`` (in none: a condition on the key cannot be met, a Deny on it never bites),
``sometimes`` (it depends on the network path, the service, the organisation, the tags, or on a service that calls
another one on behalf of the role).

Source: IAM User Guide, "AWS global condition context keys", the Availability, Data type and Value type of each key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from compiler.diagnostics.value import record

if TYPE_CHECKING:
    from collections.abc import Mapping

KeyType = Literal["String", "Numeric", "Date", "Bool", "IPAddress", "ARN"]
Presence = Literal["always", "sometimes", "never"]


@record(frozen=True, slots=True)
class GlobalKey:
    """One key as AWS writes it; a ``tagged`` one has a tag key behind a slash (``aws:ResourceTag/team``)."""

    name: str
    type: KeyType
    multivalued: bool
    ec2_role_presence: Presence
    tagged: bool = False


_KEYS = (
    # Properties of the principal
    GlobalKey("aws:PrincipalArn", "ARN", False, "always"),
    GlobalKey("aws:PrincipalAccount", "String", False, "always"),
    GlobalKey("aws:PrincipalOrgPaths", "String", True, "sometimes"),
    GlobalKey("aws:PrincipalOrgID", "String", False, "sometimes"),
    # Not on AWS's page; policies of AWS use it (AWSSSOServiceRolePolicy).
    GlobalKey("aws:PrincipalOrgMasterAccountId", "String", False, "sometimes"),
    GlobalKey("aws:PrincipalTag", "String", False, "sometimes", tagged=True),
    GlobalKey("aws:PrincipalIsAWSService", "Bool", False, "always"),
    GlobalKey("aws:PrincipalServiceName", "String", False, "never"),
    GlobalKey("aws:PrincipalServiceNamesList", "String", True, "never"),
    GlobalKey("aws:PrincipalType", "String", False, "always"),
    GlobalKey("aws:userid", "String", False, "always"),
    GlobalKey("aws:username", "String", False, "never"),
    # Properties of a role session
    GlobalKey("aws:AssumedRoot", "Bool", False, "never"),
    GlobalKey("aws:FederatedProvider", "String", False, "never"),
    GlobalKey("aws:TokenIssueTime", "Date", False, "always"),
    GlobalKey("aws:SignInSessionArn", "ARN", False, "never"),
    # A role that a service assumes was never authenticated with MFA. AWS says that requests signed with access keys
    # do not carry the two keys; where a role session shows the second one, it is "false" for an instance.
    GlobalKey("aws:MultiFactorAuthAge", "Numeric", False, "never"),
    GlobalKey("aws:MultiFactorAuthPresent", "Bool", False, "never"),
    GlobalKey("aws:ChatbotSourceArn", "ARN", False, "never"),
    GlobalKey("aws:Ec2InstanceSourceVpc", "String", False, "always"),
    GlobalKey("aws:Ec2InstanceSourcePrivateIPv4", "IPAddress", False, "always"),
    GlobalKey("aws:SourceIdentity", "String", False, "never"),
    GlobalKey("ec2:RoleDelivery", "Numeric", False, "always"),
    GlobalKey("ec2:SourceInstanceArn", "ARN", False, "always"),
    GlobalKey("glue:RoleAssumedBy", "String", False, "never"),
    GlobalKey("glue:CredentialIssuingService", "String", False, "never"),
    GlobalKey("codebuild:BuildArn", "ARN", False, "never"),
    GlobalKey("codebuild:ProjectArn", "ARN", False, "never"),
    GlobalKey("lambda:SourceFunctionArn", "ARN", False, "never"),
    GlobalKey("ssm:SourceInstanceArn", "ARN", False, "never"),
    GlobalKey("identitystore:UserId", "String", False, "never"),
    # Properties of the network
    GlobalKey("aws:SourceIp", "IPAddress", False, "sometimes"),
    GlobalKey("aws:SourceVpc", "String", False, "sometimes"),
    GlobalKey("aws:SourceVpcArn", "ARN", False, "sometimes"),
    GlobalKey("aws:SourceVpce", "String", False, "sometimes"),
    GlobalKey("aws:VpceAccount", "String", False, "sometimes"),
    GlobalKey("aws:VpceOrgID", "String", False, "sometimes"),
    GlobalKey("aws:VpceOrgPaths", "String", True, "sometimes"),
    GlobalKey("aws:VpcSourceIp", "IPAddress", False, "sometimes"),
    # Properties of the resource
    GlobalKey("aws:ResourceAccount", "String", False, "sometimes"),
    GlobalKey("aws:ResourceOrgPaths", "String", True, "sometimes"),
    GlobalKey("aws:ResourceOrgID", "String", False, "sometimes"),
    GlobalKey("aws:ResourceTag", "String", False, "sometimes", tagged=True),
    # Properties of the request
    GlobalKey("aws:CalledVia", "String", True, "sometimes"),
    GlobalKey("aws:CalledViaFirst", "String", False, "sometimes"),
    GlobalKey("aws:CalledViaLast", "String", False, "sometimes"),
    GlobalKey("aws:CalledViaAWSMCP", "String", False, "sometimes"),
    GlobalKey("aws:ViaAWSService", "Bool", False, "always"),
    GlobalKey("aws:ViaAWSMCPService", "Bool", False, "sometimes"),
    GlobalKey("aws:CurrentTime", "Date", False, "always"),
    # AWS takes numeric operators on this one as well.
    GlobalKey("aws:EpochTime", "Date", False, "always"),
    GlobalKey("aws:referer", "String", False, "sometimes"),
    GlobalKey("aws:RequestedRegion", "String", False, "always"),
    GlobalKey("aws:RequestTag", "String", False, "sometimes", tagged=True),
    GlobalKey("aws:TagKeys", "String", True, "sometimes"),
    GlobalKey("aws:SecureTransport", "Bool", False, "always"),
    # The source keys are set only where an AWS service itself is the principal.
    GlobalKey("aws:SourceAccount", "String", False, "never"),
    GlobalKey("aws:SourceArn", "ARN", False, "never"),
    GlobalKey("aws:SourceOrgID", "String", False, "never"),
    GlobalKey("aws:SourceOrgPaths", "String", True, "never"),
    GlobalKey("aws:UserAgent", "String", False, "always"),
    GlobalKey("aws:IsMcpServiceAction", "Bool", False, "sometimes"),
)

GLOBAL_KEYS: Mapping[str, GlobalKey] = {key.name.lower(): key for key in _KEYS}
"""All of them by lower-cased name, tag keys without their last part (``aws:resourcetag``)."""


def find_global_key(key: str) -> GlobalKey | None:
    """The global key that ``key`` names, in whatever capitals; tag keys with or without their tag.

    Condition key names are not case-sensitive (IAM User Guide, "IAM JSON policy elements: Condition").

    >>> find_global_key("aws:resourcetag/Team").name
    'aws:ResourceTag'
    """
    stem, slash, _ = key.lower().partition("/")
    found = GLOBAL_KEYS.get(stem)
    return None if found is None or (slash and not found.tagged) else found
