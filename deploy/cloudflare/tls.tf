locals {
  settings = {
    # To the origins, too, with a certificate that is checked.
    ssl                      = "strict"
    always_use_https         = "on"
    automatic_https_rewrites = "on"
    min_tls_version          = "1.2"
    tls_1_3                  = "on"
    http3                    = "on"
    # What is sent before the handshake is done can be sent again by whoever listens.
    "0rtt" = "off"
    # Pages and answers are as we made them.
    email_obfuscation = "off"
    rocket_loader     = "off"
  }
}

# HSTS comes from the origins, which send it for a reason of their own: they are reached without Cloudflare, too.
resource "cloudflare_zone_setting" "this" {
  for_each = local.settings

  zone_id    = var.zone_id
  setting_id = each.key
  value      = each.value
}
