"""stackgrant: compile a YAML spec of stacks, layers and app permissions to Terraform JSON for AWS IAM."""

__version__ = "0.1.0"
