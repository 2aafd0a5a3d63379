// The fleet as CDK stacks: grants of imported resources to one managed policy per app.
const fs = require('fs');
const cdk = require('aws-cdk-lib');

const [spec, outdir] = process.argv.slice(2);
const fleet = JSON.parse(fs.readFileSync(spec, 'utf8'));
const app = new cdk.App({ outdir, analyticsReporting: false, treeMetadata: false });

const GRANTS = {
  s3: (here, id, { bucket, prefix }, policy) =>
    cdk.aws_s3.Bucket.fromBucketName(here, id, bucket).grantReadWrite(policy, `${prefix}*`),
  dynamodb: (here, id, { table }, policy) =>
    cdk.aws_dynamodb.Table.fromTableAttributes(here, id, { tableName: table, grantIndexPermissions: true })
      .grantReadWriteData(policy),
  sqs: (here, id, { queue }, policy) =>
    cdk.aws_sqs.Queue.fromQueueArn(here, id, `arn:aws:sqs:${here.region}:${here.account}:${queue}`)
      .grantConsumeMessages(policy),
  secretsmanager: (here, id, { secret }, policy) =>
    cdk.aws_secretsmanager.Secret.fromSecretNameV2(here, id, secret).grantRead(policy),
};

for (const [name, { account, region, layers }] of Object.entries(fleet.stacks)) {
  const stack = new cdk.Stack(app, name, { env: { account, region } });
  for (const [layer, { apps }] of Object.entries(layers)) {
    const assumedBy = new cdk.aws_iam.ServicePrincipal('ec2.amazonaws.com');
    const role = new cdk.aws_iam.Role(stack, layer, { assumedBy });
    new cdk.aws_iam.InstanceProfile(stack, `${layer}-profile`, { role });
    for (const label of apps) {
      const policy = new cdk.aws_iam.ManagedPolicy(stack, label, { roles: [role] });
      for (const permission of fleet.apps[label].permissions) {
        const [[grant, body]] = Object.entries(permission);
        GRANTS[grant](stack, `${label}-${grant}`, body, policy);
      }
    }
  }
}
app.synth();
