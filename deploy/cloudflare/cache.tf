locals {
  # The routes of the gateway that are the same for everybody (`shared` in gateway/gigsta_gateway/routes.py; a test compares).
  shared = [
    "/api/v1/catalog/services",
    "/api/v1/catalog/categories",
    "/api/v1/catalog/providers",
    "/api/v1/bookings/availability",
    "/api/v1/bookings/policies",
    "/api/v1/bookings/state-machine",
    "/api/v1/ratings",
    "/api/v1/geo",
  ]

  # What an answer may depend on. Cloudflare does not heed Vary, and has headers in its key on Enterprise plans only.
  depends_on_no_header = join(" and ", [
    for name in ["authorization", "origin", "booking-key"] : "len(http.request.headers[\"${name}\"]) eq 0"
  ])

  for_everybody = join(" or ", [for prefix in local.shared : "starts_with(http.request.uri.path, \"${prefix}\")"])
}

resource "cloudflare_ruleset" "cache" {
  zone_id = var.zone_id
  name    = "What is kept"
  kind    = "zone"
  phase   = "http_request_cache_settings"

  # Of several that match, the last one counts.
  rules = [
    {
      ref               = "api_nothing"
      description       = "Nothing of the API"
      expression        = "starts_with(http.request.uri.path, \"/api/\")"
      action            = "set_cache_settings"
      action_parameters = { cache = false }
    },
    {
      ref         = "api_public"
      description = "But what is everybody's, for as long as it says itself"
      expression  = "http.request.method in {\"GET\" \"HEAD\"} and ${local.depends_on_no_header} and (${local.for_everybody})"
      action      = "set_cache_settings"
      action_parameters = {
        cache                = true
        edge_ttl             = { mode = "bypass_by_default" }
        browser_ttl          = { mode = "respect_origin" }
        serve_stale          = { disable_stale_while_updating = false }
        respect_strong_etags = true
      }
    },
  ]
}

# One of Cloudflare's data centres asks us for all of them.
resource "cloudflare_tiered_cache" "this" {
  zone_id = var.zone_id
  value   = "on"
}
