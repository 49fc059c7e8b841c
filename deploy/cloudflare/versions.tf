terraform {
  required_version = ">= 1.9"

  required_providers {
    cloudflare = {
      source  = "cloudflare/cloudflare"
      version = "~> 5.14"
    }
  }
}

# It finds its token in CLOUDFLARE_API_TOKEN: of this zone only, to edit DNS, zone settings, rulesets and Workers.
provider "cloudflare" {}
