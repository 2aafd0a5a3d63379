// The fleet as stacks of CDK Terrain: Terraform JSON, with the actions written out.
const fs = require('fs');
const { App, TerraformStack } = require('cdktn');
const { AwsProvider } = require('@cdktn/provider-aws/lib/provider');
const { IamRole } = require('@cdktn/provider-aws/lib/iam-role');
const { IamInstanceProfile } = require('@cdktn/provider-aws/lib/iam-instance-profile');
const { IamPolicy } = require('@cdktn/provider-aws/lib/iam-policy');
const { IamRolePolicyAttachment } = require('@cdktn/provider-aws/lib/iam-role-policy-attachment');

const [spec, outdir] = process.argv.slice(2);
const fleet = JSON.parse(fs.readFileSync(spec, 'utf8'));
const allow = (Action, Resource) => ({ Effect: 'Allow', Action, Resource });
const named = (service, names) => names.split(' ').map((name) => `${service}:${name}`);
const TABLE = named('dynamodb', 'BatchGetItem BatchWriteItem DeleteItem GetItem PutItem Query Scan UpdateItem');
const QUEUE = named('sqs', 'ReceiveMessage DeleteMessage ChangeMessageVisibility GetQueueAttributes');

const STATEMENTS = {
  s3: ({ bucket, prefix }) => [
    allow(named('s3', 'GetObject PutObject DeleteObject'), `arn:aws:s3:::${bucket}/${prefix}*`),
    allow('s3:ListBucket', `arn:aws:s3:::${bucket}`),
  ],
  dynamodb: ({ table }, arn) => [
    allow(TABLE, [arn('dynamodb', `table/${table}`), arn('dynamodb', `table/${table}/index/*`)]),
  ],
  sqs: ({ queue }, arn) => [allow(QUEUE, arn('sqs', queue))],
  secretsmanager: ({ secret }, arn) => [
    allow(named('secretsmanager', 'GetSecretValue DescribeSecret'), arn('secretsmanager', `secret:${secret}-??????`)),
  ],
};
const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

const app = new App({ outdir });
for (const [name, { account, region, layers }] of Object.entries(fleet.stacks)) {
  const arn = (service, resource) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const stack = new TerraformStack(app, name);
  new AwsProvider(stack, 'aws', { region, allowedAccountIds: [account] });
  for (const [layer, { apps }] of Object.entries(layers)) {
    const tags = fleet.defaults.tags;
    const role = new IamRole(stack, layer, { name: `${name}-${layer}`, assumeRolePolicy: TRUST, tags });
    new IamInstanceProfile(stack, `${layer}-profile`, { name: `${name}-${layer}`, role: role.name, tags });
    for (const label of apps) {
      const found = fleet.apps[label].permissions.flatMap((permission) => {
        const [[grant, body]] = Object.entries(permission);
        return STATEMENTS[grant](body, arn);
      });
      const document = JSON.stringify({ Version: '2012-10-17', Statement: found });
      const policy = new IamPolicy(stack, label, { name: `${name}-${label}`, policy: document, tags });
      new IamRolePolicyAttachment(stack, `${layer}-${label}`, { role: role.name, policyArn: policy.arn });
    }
  }
}
app.synth();
