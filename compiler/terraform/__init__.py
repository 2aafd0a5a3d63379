"""Layer 4: the program as Terraform JSON, written whole or not at all, and checked by Terraform itself."""
