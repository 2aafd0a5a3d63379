"""The service principals of AWS: who a trust policy may name, and whom a role may be passed to.

Sources: the trust policies, ``iam:PassedToService`` and ``iam:AWSServiceName`` conditions and service-linked roles of
the AWS managed policies (2026), the AWS API models' documentation, and the user guides of the services; AWS
publishes no complete list. So a principal that is missing here is unusual, not wrong.
"""

from __future__ import annotations

_NAMES = """
    a4b access-analyzer access-grants.s3 account acm acm-pca aco-automation agent-registry agent.wellarchitected
    agentless.inspector2 aiops airflow airflow-env airflow-serverless amplify aoss apidestinations.events apigateway
    app-integrations appconfig appfabric appflow application-autoscaling application-insights
    application-signals.cloudwatch application-transformation appmesh apprunner appstream
    appstream.application-autoscaling appsync apptest aps arc-region-switch arc-zonal-shift artifact
    assets.marketplace athena auditmanager autoscaling autoscaling-plans aws-external-anthropic b2bi backup
    backup-gateway batch batchoperations.s3 bcm-data-exports bedrock bedrock-agentcore bedrock-mantle billing
    billingconsole braket budgets bugbust build.apprunner cassandra-streams cassandra.application-autoscaling
    channels.lex channels.lexv2 chatbot chime cks.kms cleanrooms cleanrooms-ml cloud9 clouddirectory cloudformation
    cloudfront cloudsearch cloudtrail cloudwatch codebuild codecatalyst codecatalyst-runner codecommit
    codeconnections codedeploy codeguru-profiler codeguru-reviewer codeguru-security codepipeline codestar
    codestar-connections codestar-notifications cognito-identity cognito-identity-us-gov cognito-idp cognito-sync
    comprehend comprehend.application-autoscaling compute-optimizer config config-conforms config-multiaccountsetup
    connect continuousexport.discovery contract.iq contributorinsights.dynamodb controltower
    cost-optimization-hub.bcm credentials.deadline credentials.iot custom-resource.application-autoscaling databrew
    dataexchange datapipeline datasync datazone dax deadline deeplens delivery.logs detective devops-guru
    directconnect directquery.opensearchservice discovery dlm dms dmsintegration.migrationhub dnssec-route53
    docdb-elastic drs drt.shield ds dsql dynamodb dynamodb.application-autoscaling ec2 ec2-images
    ec2-instance-connect ec2.application-autoscaling ec2fastlaunch ec2fleet ec2scheduled ecr ecs ecs-compute
    ecs-tasks ecs.application-autoscaling edgelambda eks eks-connector eks-fargate eks-fargate-pods eks-nodegroup
    elasticache elasticache.application-autoscaling elasticbeanstalk elasticfilesystem elasticloadbalancing
    elasticmapreduce elasticmapreduce.application-autoscaling elastictranscoder email.cognito-idp emr-containers
    emr-serverless entityresolution es events events.workmail evidently export.rds exportv2.securityhub firehose fis
    fms forecast frauddetector fsx gamelift geo glacier globalaccelerator glue grafana greengrass guardduty health
    healthlake hooks.cloudformation iam imagebuilder inspector inspector2 internetmonitor iot iotanalytics iotevents
    iotfleetwise iotmanagedintegrations iotsitewise iottwinmaker iotwireless ivs job.sagemaker justintimeaccess.ssm
    kafka kafka.application-autoscaling kafkaconnect kendra kinesis kinesisanalytics kinesisreplication.dynamodb
    kinesisvideo kms lakeformation lambda lambda.application-autoscaling launchwizard lex lexv2
    license-management.marketplace license-manager license-manager-linux-subscriptions
    license-manager.master-account license-manager.member-account lightsail logger.cloudfront logs lookoutequipment
    lookoutmetrics lookoutvision m2 machinelearning macie macie2 maintenance.elasticbeanstalk maintenance.s3tables
    malware-protection-plan.guardduty malware-protection.guardduty managedblockchain managedupdates.elasticbeanstalk
    management.chatbot mediaconnect mediaconvert medialive mediapackage mediapackage-vod mediapackagev2 mediastore
    mediatailor medical-imaging member.org.stacksets.cloudformation memorydb metrics.wellarchitected mgn
    migrationhub migrationhub-orchestrator migrationhub-strategy mobileanalytics mobiletargeting monitoring
    monitoring.rds monitoring.thinclient monitron mpa mq neptune-graph neptune.application-autoscaling
    network-firewall network.bedrock-agentcore networkmanager nimble notifications notifications.ssm oam
    observability.aoss observabilityadmin odb omics opensearchservice ops.apigateway ops.athena ops.emr-serverless
    opsworks opsworks-cm organizations orgsdatasync.servicecatalog osis outposts panorama
    partnercentral-account-management payment-cryptography pca-connector-ad permission.iq personalize pinpoint pipes
    pods.eks polly private-marketplace.marketplace private-networks profile proton q qbusiness qldb quicksight ram
    rbin rds rds-data rds.application-autoscaling redshift redshift-data redshift-serverless refactor-spaces
    rekognition remediation.config replication.cassandra replication.dynamodb replication.ecr replication.lexv2
    replication.s3tables replicator.lambda reporting.trustedadvisor repostspace resale-authorization.marketplace
    researchstudio resiliencehub resource-explorer-2 resource-groups resource-snapshot-job.partnercentral-selling
    resources.cloudformation restore-testing.backup robomaker rolesanywhere route53 route53resolver rum
    runtime-identity.bedrock-agentcore runtime-instances.bedrock-agentcore s3 s3.data-source.lustre.fsx sagemaker
    sagemaker-geospatial sagemaker.application-autoscaling savingsplans scheduler scheduler.redshift
    schema-conversion.dms schemas scn scraper.aps sdmp secretsmanager security-ir securityagent securityhub
    securityhubv2 securitylake serverlessrepo servicecatalog servicecatalog-appregistry servicediscovery
    servicequotas ses shield signer signin simspaceweaver sms sms-voice smsintegration.migrationhub sns spot
    spotfleet sqlworkbench sqs ssm ssm-contacts ssm-guiconnect ssm-incidents ssm-quicksetup ssm-sap ssm.integrations
    sso stacksets.cloudformation stacksets.controltower states storagegateway streams.metrics.cloudwatch sts
    sumerian support supportplans swf sync.proton synthetics tagging tagpolicies.tag tasks.apprunner
    telemetry-pipelines.observabilityadmin textract thirdparty.config thirdparty.inspector2 timestream
    timestream-influxdb tnb transcribe transfer transform-custom transitgateway translate triage.security-ir
    trustedadvisor user-attribute-cost-allocation-data verified-access verifiedpermissions vmie voiceid
    vpc-flow-logs vpc-lattice waf waf-regional wafv2 wellarchitected wisdom workdocs workmail workspaces
    workspaces-web workspaces.application-autoscaling xray
"""

SUFFIX = ".amazonaws.com"
CHINA_SUFFIX = ".amazonaws.com.cn"

# Services whose principal in China has (or may have) the suffix of China.
_CHINA_NAMES = ("application-autoscaling", "autoscaling", "ec2", "elasticmapreduce", "events")

KNOWN_SERVICE_PRINCIPALS: frozenset[str] = frozenset(
    [
        *(f"{name}{SUFFIX}" for name in _NAMES.split()),
        *(f"{name}{CHINA_SUFFIX}" for name in _CHINA_NAMES),
    ]
)
"""Principals as policies write them, without the regional forms (``logs.eu-west-1.amazonaws.com``)."""


# Services that tag the sessions of the roles that they assume, so that `sts:AssumeRole` alone is not enough.
# Source: IAM Roles Anywhere User Guide, "Getting started" (trust policy); EKS User Guide, "EKS Pod Identity role".
_SESSION_ACTIONS = {
    "rolesanywhere": ("sts:SetSourceIdentity", "sts:TagSession"),
    "pods.eks": ("sts:TagSession",),
}


def session_actions(principal: str) -> tuple[str, ...]:
    """What a service needs from a trust policy besides ``sts:AssumeRole``.

    >>> session_actions("pods.eks.amazonaws.com")
    ('sts:TagSession',)
    """
    return _SESSION_ACTIONS.get(principal.partition(".amazonaws.")[0], ())
