terraform {
  required_version = ">= 1.9"

  required_providers {
    cloudflare = {
      source  = "cloudflare/cloudflare"
      version = "~> 5.14"
    }
  }
}

# It finds its token in CLOUDFLARE_API_TOKEN; docs/operations.md says what that may do.
provider "cloudflare" {}
