variable "zone_id" {
  description = "Of the zone at Cloudflare."
  type        = string
}

variable "account_id" {
  description = "Of the account that the zone is in: the Worker belongs to it."
  type        = string
}

variable "domain" {
  description = "What PUBLIC_URL of the gateway names."
  type        = string
  default     = "gigsta.nz"
}

variable "web_origin" {
  description = "What Vercel says that the domain is to point at."
  type        = string
  default     = "cname.vercel-dns.com"
}

variable "gateway_origin" {
  description = "Where Render serves the gateway."
  type        = string
  default     = "gigsta-gateway.onrender.com"
}

variable "origin_secret" {
  description = "The same as ORIGIN_SECRET of the gateway: it refuses what does not carry it, and believes CF-Connecting-IP of what does."
  type        = string
  sensitive   = true

  validation {
    condition     = length(var.origin_secret) >= 32
    error_message = "At least 32 characters: `openssl rand -hex 32`."
  }
}

variable "mail_records" {
  description = "TXT records of the mail server: SPF, DKIM and DMARC, by name."
  type        = map(string)
  default     = { "_dmarc" = "v=DMARC1; p=reject; adkim=s; aspf=s" }
}
