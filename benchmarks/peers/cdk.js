// Grants of AWS CDK, asked for in one synthesized stack: each ask has a role of its own.
//
// An ask is a JavaScript expression over `role`, `key` (the customer key, or undefined), `here` (a scope of its own)
// and the service modules under the names of aws-cdk-lib without `aws_`.
const cdk = require('aws-cdk-lib');
const version = require('aws-cdk-lib/package.json').version;

const { account, region, key: keyArn, asks } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const modules = Object.entries(cdk).filter(([name]) => name.startsWith('aws_'));
const names = modules.map(([name]) => (name === 'aws_lambda' ? 'lambda' : name.slice(4)));
const app = new cdk.App({ analyticsReporting: false, treeMetadata: false });
const stack = new cdk.Stack(app, 'grants', { env: { account, region } });
const grants = {};
const scopes = {};

for (const [name, ask] of Object.entries(asks)) {
  const id = 'g' + Object.keys(scopes).length;
  const here = new cdk.aws_iam.Role(stack, id, { assumedBy: new cdk.aws_iam.ServicePrincipal('ec2.amazonaws.com') });
  const key = ask.key ? cdk.aws_kms.Key.fromKeyArn(here, 'key', keyArn) : undefined;
  scopes[name] = here;
  try {
    const run = new Function('role', 'key', 'here', ...names, `return (${ask.grant});`);
    run(here, key, here, ...modules.map(([, module]) => module));
  } catch (error) {
    grants[name] = { error: String(error.message || error) };
  }
}

const logical = Object.fromEntries(
  Object.entries(scopes).map(([name, role]) => [name, stack.getLogicalId(role.node.defaultChild)]),
);
const template = app.synth().getStackByName(stack.stackName).template;
for (const [name, id] of Object.entries(logical)) {
  if (grants[name]) continue;
  const statements = Object.values(template.Resources)
    .filter((item) => ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].includes(item.Type))
    .filter((item) => (item.Properties.Roles || []).some((role) => role.Ref === id))
    .flatMap((item) => item.Properties.PolicyDocument.Statement);
  grants[name] = { statements };
}
console.log(JSON.stringify({ version, grants }));
