"""Actions whose effect goes beyond the resource that they are called on: keys to something, data, and who gets in.

Which actions change who may do what is AWS's own word (access level "Permissions management"); the rest is listed here,
with what the action gives away. Of what has many resources, only those actions are listed that hand out contents.

Sources: the Service Authorization Reference, "Actions, resources, and condition keys" of each service.
"""

from __future__ import annotations

from collections.abc import Mapping

from compiler.aws.service_data import Action

CREDENTIALS: Mapping[str, str] = {
    "chime:createapikey": "an API key of Chime",
    "codeartifact:getauthorizationtoken": "a token for package repositories",
    "cognito-identity:getcredentialsforidentity": "credentials of identities",
    "cognito-identity:getopenidtokenfordeveloperidentity": "tokens of any identity",
    "connect:getfederationtoken": "a token for Connect",
    "ec2:getpassworddata": "the administrator password of Windows instances",
    "gamelift:requestuploadcredentials": "credentials for uploads",
    "iam:createaccesskey": "access keys of users",
    "iam:createloginprofile": "console passwords of users",
    "iam:createservicespecificcredential": "credentials of users",
    "iam:resetservicespecificcredential": "credentials of users",
    "iam:updateaccesskey": "access keys of users",
    "iam:updateloginprofile": "console passwords of users",
    "kms:decrypt": "the plaintext of what any key has encrypted",
    "lightsail:downloaddefaultkeypair": "the private key of instances",
    "lightsail:getinstanceaccessdetails": "credentials of instances",
    "lightsail:getrelationaldatabasemasteruserpassword": "the master password of databases",
    "mediapackage:rotateingestendpointcredentials": "credentials of ingest endpoints",
    "rds-db:connect": "a login to any database user",
    "redshift:getclustercredentials": "a login to any cluster",
    "redshift:getclustercredentialswithiam": "a login to any cluster",
    "redshift-serverless:getcredentials": "a login to any workgroup",
    "secretsmanager:batchgetsecretvalue": "every secret of the account",
    "secretsmanager:getsecretvalue": "every secret of the account",
    "ssm:getparameter": "every parameter of the account, also the secret ones",
    "ssm:getparameterhistory": "every parameter of the account, also the secret ones",
    "ssm:getparameters": "every parameter of the account, also the secret ones",
    "ssm:getparametersbypath": "every parameter of the account, also the secret ones",
    "sso:getrolecredentials": "credentials of roles",
    "sts:getfederationtoken": "credentials that outlive the session",
}
DATA: Mapping[str, str] = {
    "athena:getqueryresults": "the results of every query",
    "backup:startrestorejob": "a copy of any backup",
    "dynamodb:batchgetitem": "the items of every table",
    "dynamodb:exporttabletopointintime": "every table, written to a bucket of choice",
    "dynamodb:getitem": "the items of every table",
    "dynamodb:partiqlselect": "the items of every table",
    "dynamodb:query": "the items of every table",
    "dynamodb:scan": "the items of every table",
    "ebs:getsnapshotblock": "the contents of every snapshot",
    "ec2:modifyimageattribute": "every image, shared with another account",
    "ec2:modifysnapshotattribute": "every snapshot, shared with another account",
    "kinesis:getrecords": "the records of every stream",
    "rds:modifydbclustersnapshotattribute": "every database snapshot, shared with another account",
    "rds:modifydbsnapshotattribute": "every database snapshot, shared with another account",
    "rds:startexporttask": "every database snapshot, written to a bucket of choice",
    "rds-data:batchexecutestatement": "every database with a data API",
    "rds-data:executestatement": "every database with a data API",
    "redshift-data:executestatement": "every Redshift database",
    "s3:getobject": "the objects of every bucket",
    "s3:getobjectversion": "the objects of every bucket",
    "s3:putreplicationconfiguration": "every bucket, copied to another account",
    "sqs:receivemessage": "the messages of every queue",
}
_PERMISSIONS = "Permissions management"
# Of this level by AWS's word, and nobody gets in by it: they act on what is one's own, or take rights away.
_HARMLESS = (
    "createservicelinkedrole",
    "passrole",
    "retiregrant",
    "revokegrant",
    "delete",
    "deregister",
    "detach",
    "remove",
    "disable",
)
_LOOKING = ("get", "list", "describe", "batchget", "batchrevoke", "revoke", "validate")
# Of this level as well, though they use something, limit it, or let an AWS service in that the caller works with.
_FOR_ONESELF = frozenset(
    {
        "apigateway:setwebacl",
        "ds:accessdsdata",
        "ec2:cancelimagelaunchpermission",
        "ec2:createnetworkinterfacepermission",
        "ec2:createodbnetworkpeering",
        "ec2:modifyodbnetworkpeering",
        "ec2:resetimageattribute",
        "ec2:resetsnapshotattribute",
        "fsx:managebackupprincipalassociations",
        "glue:managedconnector",
        "glue:testconnection",
        "glue:usegluestudio",
        "lambda:enablereplication",
        "opensearch:applicationaccessall",
        "vpc-lattice:associateviaawsservice",
        "waf-regional:createwebacl",
        "waf-regional:updatewebacl",
        "waf:createwebacl",
        "waf:updatewebacl",
    }
)
_VENDED_LOGS = "allowvendedlogdeliveryforresource"
_PUBLISHING = frozenset(
    {"lambda:createfunctionurlconfig", "lambda:updatefunctionurlconfig", "ram:createresourceshare", "s3:putobjectacl"}
)


def exposes(action: Action) -> bool:
    """Whether an action changes who may use a resource."""
    name = action.name.lower()
    full_name = action.full_name.lower()
    if full_name in _PUBLISHING:
        return True
    if full_name in _FOR_ONESELF or name == _VENDED_LOGS:
        return False
    return (
        _PERMISSIONS in action.access_level and not name.startswith((*_HARMLESS, *_LOOKING)) and action.service != "sts"
    )
