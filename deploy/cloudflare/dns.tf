locals {
  api = "api.${var.domain}"

  hosts = {
    (var.domain)        = var.web_origin
    "www.${var.domain}" = var.web_origin
    (local.api)         = var.gateway_origin
  }
}

# All of them through Cloudflare: nobody learns from DNS where the origins are. But for the first time, see `proxied`.
resource "cloudflare_dns_record" "host" {
  for_each = local.hosts

  zone_id = var.zone_id
  name    = each.key
  type    = "CNAME"
  content = each.value
  proxied = var.proxied
  ttl     = var.proxied ? 1 : 60
}

resource "cloudflare_dns_record" "mail" {
  for_each = { for record in var.mail_records : join(" ", [record.type, record.name, record.content]) => record }

  zone_id = var.zone_id
  name    = each.value.name == "@" ? var.domain : "${each.value.name}.${var.domain}"
  type    = each.value.type
  # What is longer than 255 characters, as a key of DKIM, is a text of several parts.
  content  = each.value.type == "TXT" ? join(" ", formatlist("\"%s\"", regexall(".{1,255}", each.value.content))) : each.value.content
  priority = each.value.priority
  proxied  = false
  ttl      = 3600
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
