"""The commented spec that ``stackgrant init`` starts a project with.

Options that are commented out are valid where they stand: taking the ``#`` away gives a valid spec again.
"""

from __future__ import annotations

FILE_NAME = "stackgrant.yaml"

_TEXT = """\
# Which apps run on which layers of which stacks, and what each app may do in AWS.
# Compile it:            stackgrant compile {file} -o build
# Ask what may be written: stackgrant schema stacks.layers
version: 1

# Constants for {{ … }} below; a stack can have its own.
values:
  env: prod

# What every stack inherits; a stack or a layer may say otherwise.
defaults:
  tags: {owner: platform}
  # path: /shop/
  # permissions_boundary: arn:aws:iam::123456789012:policy/boundary

# Lists of permissions that are used in several places.
bundles:
  node-baseline:
    - session_manager: {}
    # - cloudwatch_agent: {namespace: Shop, log_groups: [/shop/*]}

# What each application may do, wherever it runs.
apps:
  web:
    description: the public web shop
    permissions:
      - s3: {bucket: "shop-assets-{{ values.env }}", prefix: public/, access: read}
      - dynamodb: {table: carts, access: [read, write]}
  worker:
    description: works off the orders
    permissions:
      - sqs: {queue: orders, access: consume}
      # - secretsmanager: {secret: prod/db, access: read}

# Each stack becomes a folder of Terraform: one account, one region.
stacks:
  shop:
    account: "123456789012"
    region: eu-west-1
    # What every instance of the stack may do: its default instance profile.
    permissions:
      - bundle: node-baseline
    layers:
      # An own instance profile: the stack's permissions and those of the apps.
      web: {apps: [web]}
      # An own instance profile without the stack's permissions.
      worker: {apps: [worker], profile: replace}
      # No apps, no permissions: the stack's default instance profile.
      bastion: {}
      # legacy: {profile: {existing: legacy-web}}
"""


def render(schema: str) -> str:
    """The starter spec; ``schema`` is the address or path of the JSON Schema that editors shall use."""
    return f"# yaml-language-server: $schema={schema}\n{_TEXT.replace('{file}', FILE_NAME)}"
