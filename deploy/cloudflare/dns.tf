locals {
  api = "api.${var.domain}"

  hosts = {
    (var.domain)        = var.web_origin
    "www.${var.domain}" = var.web_origin
    (local.api)         = var.gateway_origin
  }
}

# All of them through Cloudflare: nobody learns from DNS where the origins are.
resource "cloudflare_dns_record" "host" {
  for_each = local.hosts

  zone_id = var.zone_id
  name    = each.key
  type    = "CNAME"
  content = each.value
  proxied = true
  ttl     = 1
}

resource "cloudflare_dns_record" "mail" {
  for_each = var.mail_records

  zone_id = var.zone_id
  name    = "${each.key}.${var.domain}"
  type    = "TXT"
  content = "\"${each.value}\""
  ttl     = 3600
}

resource "cloudflare_zone_dnssec" "this" {
  zone_id = var.zone_id
  status  = "active"
}

resource "cloudflare_ruleset" "redirects" {
  zone_id = var.zone_id
  name    = "Redirects"
  kind    = "zone"
  phase   = "http_request_dynamic_redirect"

  rules = [{
    ref         = "www"
    description = "One name for the site"
    expression  = "http.host eq \"www.${var.domain}\""
    action      = "redirect"
    action_parameters = {
      from_value = {
        status_code           = 301
        preserve_query_string = true
        target_url = {
          expression = "concat(\"https://${var.domain}\", http.request.uri.path)"
        }
      }
    }
  }]
}
