locals {
  paid     = var.plan != "free"
  business = contains(["business", "enterprise"], var.plan)
}

# Free zones have Cloudflare's smaller set of its own rules by themselves. The ids are the same for every zone.
resource "cloudflare_ruleset" "managed" {
  count   = local.paid ? 1 : 0
  zone_id = var.zone_id
  name    = "Cloudflare's own rules"
  kind    = "zone"
  phase   = "http_request_firewall_managed"

  rules = [
    {
      ref               = "managed"
      description       = "Cloudflare Managed Ruleset"
      expression        = "true"
      action            = "execute"
      action_parameters = { id = "efb7b8c949ac4650a09736fc376e9aee" }
    },
    {
      ref               = "owasp"
      description       = "Cloudflare OWASP Core Ruleset"
      expression        = "true"
      action            = "execute"
      action_parameters = { id = "4814384a9e5d4991b9815dcfc25d2f1f" }
    },
  ]
}

resource "cloudflare_ruleset" "custom" {
  zone_id = var.zone_id
  name    = "Not for the world"
  kind    = "zone"
  phase   = "http_request_firewall_custom"

  rules = [
    {
      # But for what certificates are given for.
      ref         = "inside"
      description = "The gateway's health and metrics are for those who run it"
      expression  = "http.host eq \"${local.api}\" and not starts_with(http.request.uri.path, \"/api/\") and not starts_with(http.request.uri.path, \"/.well-known/\")"
      action      = "block"
    },
    {
      ref         = "probes"
      description = "Looking for programs that are not here"
      expression  = "http.request.uri.path contains \"/wp-\" or ends_with(http.request.uri.path, \".php\") or http.request.uri.path contains \"/.git\" or http.request.uri.path contains \"/.env\""
      action      = "block"
    },
  ]
}

# Well above what the gateway lets through for one client (docs/architecture.md): these keep floods away from it.
# Free has one rule, which knows the path and the address and counts for 10 seconds what the cache answers, too; from
# Business on rules know the method, and can leave out what the cache answers.
resource "cloudflare_ruleset" "rates" {
  zone_id = var.zone_id
  name    = "Floods"
  kind    = "zone"
  phase   = "http_ratelimit"

  rules = concat(local.business ? [local.writes] : [], [local.everything])
}

locals {
  everything = {
    ref         = "everything"
    description = "One network's requests"
    expression  = "starts_with(http.request.uri.path, \"/api/\")"
    action      = "block"
    ratelimit = {
      characteristics     = ["cf.colo.id", "ip.src"]
      period              = 10
      requests_per_period = local.business ? 1500 : 3000
      mitigation_timeout  = 10
      requests_to_origin  = local.business
    }
  }

  writes = {
    ref         = "writes"
    description = "One network's writes"
    expression  = "starts_with(http.request.uri.path, \"/api/\") and not http.request.method in {\"GET\" \"HEAD\" \"OPTIONS\"}"
    action      = "block"
    ratelimit = {
      characteristics     = ["cf.colo.id", "ip.src"]
      period              = 10
      requests_per_period = 200
      mitigation_timeout  = 10
      requests_to_origin  = false
    }
  }
}
