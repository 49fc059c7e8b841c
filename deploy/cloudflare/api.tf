# The site and its API are one origin to browsers (cookies, content security policy, links in mails), and two at ours.
# Rules that send a path to another origin are for Enterprise plans; a Worker of three lines is for everybody.
resource "cloudflare_workers_script" "api" {
  account_id         = var.account_id
  script_name        = "gigsta-api"
  main_module        = "api.js"
  content_file       = "${path.module}/api.js"
  content_sha256     = filesha256("${path.module}/api.js")
  compatibility_date = "2026-06-01"

  bindings = [{
    type = "plain_text"
    name = "API_HOST"
    text = local.api
  }]
}

resource "cloudflare_workers_route" "api" {
  zone_id = var.zone_id
  pattern = "${var.domain}/api/*"
  script  = cloudflare_workers_script.api.script_name
}

# Set here, whatever a client may have sent. Only towards the gateway: Vercel has no business knowing it.
resource "cloudflare_ruleset" "origin_secret" {
  zone_id = var.zone_id
  name    = "What the gateway knows us by"
  kind    = "zone"
  phase   = "http_request_late_transform"

  rules = [{
    ref         = "origin_secret"
    description = "Set the origin secret"
    expression  = "http.host eq \"${local.api}\" or starts_with(http.request.uri.path, \"/api/\")"
    action      = "rewrite"
    action_parameters = {
      headers = {
        "X-GigSta-Origin-Secret" = {
          operation = "set"
          value     = var.origin_secret
        }
      }
    }
  }]
}
