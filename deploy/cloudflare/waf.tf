# For plans from Pro on; the ids are the same for every zone.
resource "cloudflare_ruleset" "managed" {
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
      action_parameters = { id = "efb7b8c949ac4650a09736dc376e9aee" }
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
      ref         = "inside"
      description = "The gateway's health and metrics are for those who run it"
      expression  = "http.host eq \"${local.api}\" and not starts_with(http.request.uri.path, \"/api/\")"
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
resource "cloudflare_ruleset" "rates" {
  zone_id = var.zone_id
  name    = "Floods"
  kind    = "zone"
  phase   = "http_ratelimit"

  rules = [
    {
      ref         = "writes"
      description = "One network's writes"
      expression  = "starts_with(http.request.uri.path, \"/api/\") and not http.request.method in {\"GET\" \"HEAD\" \"OPTIONS\"}"
      action      = "block"
      ratelimit = {
        characteristics     = ["cf.colo.id", "ip.src"]
        period              = 10
        requests_per_period = 200
        mitigation_timeout  = 10
      }
    },
    {
      ref         = "everything"
      description = "One network's requests that no cache answers"
      expression  = "starts_with(http.request.uri.path, \"/api/\")"
      action      = "block"
      ratelimit = {
        characteristics     = ["cf.colo.id", "ip.src"]
        period              = 10
        requests_per_period = 1500
        mitigation_timeout  = 10
        requests_to_origin  = true
      }
    },
  ]
}
