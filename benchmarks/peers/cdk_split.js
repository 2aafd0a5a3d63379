// The policy documents of one role in AWS CDK, for each of several lists of grants: what has to be split is split by CDK.
//
// Reads {account, region, minimize, states: [[{kind, name, access}, …], …]}, prints {version, states: [{id: statements}]}.
const cdk = require('aws-cdk-lib');
const version = require('aws-cdk-lib/package.json').version;

const { account, region, minimize, states } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const arn = (service, resource) => `arn:aws:${service}:${region}:${account}:${resource}`;

const GRANTS = {
  bucket: (here, { name, access }, role) => {
    const bucket = cdk.aws_s3.Bucket.fromBucketName(here, name, name);
    return access === 'read' ? bucket.grantRead(role) : bucket.grantWrite(role);
  },
  table: (here, { name, access }, role) => {
    const attributes = { tableName: name, grantIndexPermissions: true };
    const table = cdk.aws_dynamodb.Table.fromTableAttributes(here, name, attributes);
    return access === 'read' ? table.grantReadData(role) : table.grantWriteData(role);
  },
  queue: (here, { name, access }, role) => {
    const queue = cdk.aws_sqs.Queue.fromQueueArn(here, name, arn('sqs', name));
    return access === 'send' ? queue.grantSendMessages(role) : queue.grantConsumeMessages(role);
  },
  secret: (here, { name, access }, role) => {
    const secret = cdk.aws_secretsmanager.Secret.fromSecretNameV2(here, name, name);
    return access === 'read' ? secret.grantRead(role) : secret.grantWrite(role);
  },
};

const documents = (grants) => {
  const context = { '@aws-cdk/aws-iam:minimizePolicies': minimize };
  const app = new cdk.App({ analyticsReporting: false, treeMetadata: false, context });
  const stack = new cdk.Stack(app, 'shop', { env: { account, region } });
  const role = new cdk.aws_iam.Role(stack, 'web', { assumedBy: new cdk.aws_iam.ServicePrincipal('ec2.amazonaws.com') });
  for (const grant of grants) GRANTS[grant.kind](stack, grant, role);
  const resources = Object.entries(app.synth().getStackByName(stack.stackName).template.Resources);
  const policies = resources.filter(([, item]) => ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(item.Type));
  return Object.fromEntries(policies.map(([id, item]) => [id, item.Properties.PolicyDocument.Statement]));
};

console.log(JSON.stringify({ version, states: states.map(documents) }));
