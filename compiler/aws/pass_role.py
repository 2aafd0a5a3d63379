"""Which actions hand a role to a service, and so need ``iam:PassRole`` on that role as well.

AWS's own list of dependent actions is incomplete (it lacks ``glue:CreateJob`` and ``eks:CreateCluster``), and newer
releases of the service data have none at all. So there are two tables: actions whose request cannot be made without
a role, and actions that may carry one.

Sources: the AWS API models (the role is a required member of the request), the Service Authorization Reference
("Dependent actions"), IAM User Guide, "Grant a user permissions to pass a role to an AWS service".
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

# By the service principal that the role is passed to, as `iam:PassedToService` names it.
_REQUIRED = {
    "access-grants.s3": "s3:CreateAccessGrantsLocation",
    "airflow": "airflow:CreateEnvironment",
    "backup": """
        backup:CreateBackupSelection backup:CreateRestoreTestingSelection backup:StartBackupJob backup:StartCopyJob
    """,
    "batchoperations.s3": "s3:CreateJob",
    "bedrock": """
        bedrock:CreateEvaluationJob bedrock:CreateFlow bedrock:CreateKnowledgeBase bedrock:CreateModelCustomizationJob
        bedrock:CreateModelImportJob bedrock:CreateModelInvocationJob
    """,
    "bedrock-agentcore": "bedrock-agentcore:CreateAgentRuntime bedrock-agentcore:CreateGateway",
    "braket": "braket:CreateJob",
    "budgets": "budgets:CreateBudgetAction",
    "cleanrooms": "cleanrooms:CreateConfiguredTableAssociation",
    "codebuild": "codebuild:CreateProject",
    "codedeploy": "codedeploy:CreateDeploymentGroup",
    "codepipeline": "codepipeline:CreatePipeline codepipeline:UpdatePipeline",
    "cognito-idp": "cognito-idp:CreateUserImportJob",
    "comprehend": """
        comprehend:CreateDocumentClassifier comprehend:CreateEntityRecognizer comprehend:CreateFlywheel
        comprehend:StartDocumentClassificationJob comprehend:StartDominantLanguageDetectionJob
        comprehend:StartEntitiesDetectionJob comprehend:StartEventsDetectionJob
        comprehend:StartKeyPhrasesDetectionJob comprehend:StartPiiEntitiesDetectionJob
        comprehend:StartSentimentDetectionJob comprehend:StartTargetedSentimentDetectionJob
        comprehend:StartTopicsDetectionJob
    """,
    "credentials.iot": "iot:CreateRoleAlias",
    "databrew": """
        databrew:CreateProfileJob databrew:CreateProject databrew:CreateRecipeJob databrew:UpdateProfileJob
        databrew:UpdateProject databrew:UpdateRecipeJob
    """,
    "datasync": "datasync:CreateLocationS3",
    "dax": "dax:CreateCluster",
    "dlm": "dlm:CreateLifecyclePolicy",
    "dms": "dms:CreateDataMigration dms:StartReplicationTaskAssessmentRun",
    "ec2": "iam:AddRoleToInstanceProfile",
    "eks": "eks:CreateCluster eks:CreateFargateProfile eks:CreateNodegroup",
    "elasticmapreduce": "elasticmapreduce:CreateStudio elasticmapreduce:StartNotebookExecution",
    "emr-serverless": "emr-serverless:StartJobRun emr-serverless:StartSession",
    "entityresolution": "entityresolution:CreateMatchingWorkflow entityresolution:UpdateMatchingWorkflow",
    "export.rds": "rds:StartExportTask",
    "fis": "fis:CreateExperimentTemplate",
    "gamelift": "gamelift:CreateContainerFleet gamelift:CreateGameServerGroup",
    "glue": """
        glue:CreateCrawler glue:CreateDevEndpoint glue:CreateJob glue:CreateMLTransform glue:CreateSession
        glue:StartBlueprintRun
    """,
    "healthlake": "healthlake:StartFHIRExportJob healthlake:StartFHIRImportJob",
    "imagebuilder": "imagebuilder:CreateLifecyclePolicy imagebuilder:UpdateLifecyclePolicy",
    "iot": "iot:CreateProvisioningTemplate iot:CreateStream",
    "kafka": "kafka:CreateReplicator",
    "kafkaconnect": "kafkaconnect:CreateConnector",
    "kendra": "kendra:CreateFaq kendra:CreateIndex kendra:CreateThesaurus",
    "kinesisanalytics": "kinesisanalytics:CreateApplication",
    "lambda": "lambda:CreateFunction synthetics:CreateCanary",
    "lexv2": "lex:CreateBot lex:UpdateBot",
    "logs": "logs:PutDestination",
    "mediaconvert": "mediaconvert:CreateJob",
    "medical-imaging": "medical-imaging:StartDICOMImportJob",
    "omics": "omics:StartReadSetExportJob omics:StartReadSetImportJob omics:StartRun",
    "opsworks": "opsworks:CreateStack",
    "personalize": """
        personalize:CreateBatchInferenceJob personalize:CreateBatchSegmentJob personalize:CreateDatasetExportJob
    """,
    "pipes": "pipes:CreatePipe pipes:UpdatePipe",
    "rds": """
        rds:AddRoleToDBCluster rds:AddRoleToDBInstance rds:CreateDBProxy rds:RestoreDBClusterFromS3
        rds:RestoreDBInstanceFromS3
    """,
    "rekognition": "rekognition:CreateStreamProcessor",
    "rolesanywhere": "rolesanywhere:CreateProfile",
    "s3": "s3:PutReplicationConfiguration",
    "sagemaker": """
        sagemaker:CreateAutoMLJob sagemaker:CreateAutoMLJobV2 sagemaker:CreateCompilationJob
        sagemaker:CreateDataQualityJobDefinition sagemaker:CreateEdgePackagingJob sagemaker:CreateFlowDefinition
        sagemaker:CreateImage sagemaker:CreateInferenceExperiment sagemaker:CreateInferenceRecommendationsJob
        sagemaker:CreateLabelingJob sagemaker:CreateMlflowTrackingServer sagemaker:CreateModelBiasJobDefinition
        sagemaker:CreateModelExplainabilityJobDefinition sagemaker:CreateModelQualityJobDefinition
        sagemaker:CreateNotebookInstance sagemaker:CreateOptimizationJob sagemaker:CreatePipeline
        sagemaker:CreateProcessingJob sagemaker:CreateTrainingJob
    """,
    "scheduler": "scheduler:CreateSchedule scheduler:UpdateSchedule",
    "scheduler.redshift": "redshift:CreateScheduledAction",
    "spotfleet": "ec2:RequestSpotFleet",
    "ssm": "ssm:CreateActivation ssm:UpdateManagedInstanceRole",
    "states": "states:CreateStateMachine",
    "storagegateway": "storagegateway:CreateNFSFileShare storagegateway:CreateSMBFileShare",
    "streams.metrics.cloudwatch": "cloudwatch:PutMetricStream",
    "timestream": "timestream:CreateScheduledQuery",
    "transcribe": "transcribe:CreateLanguageModel transcribe:StartMedicalScribeJob",
    "transfer": "transfer:CreateAccess transfer:CreateAgreement transfer:CreateConnector transfer:CreateUser",
    "translate": "translate:StartTextTranslationJob",
}

PASS_ROLE_REQUIRED: Mapping[str, str] = {
    action: f"{service}.amazonaws.com" for service, actions in _REQUIRED.items() for action in actions.split()
}
"""Actions that always pass a role, with the service principal that it is (most likely) passed to."""


def _possible() -> frozenset[str]:
    data = orjson.loads((Path(__file__).parent / "data" / "pass_role.json").read_bytes())
    return frozenset(data["actions"])


PASS_ROLE_POSSIBLE: frozenset[str] = _possible()
"""Further actions that may pass a role: it is optional in the request, or AWS lists the dependency."""
