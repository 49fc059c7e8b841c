"""What catalog reads from the environment."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, Field, SecretStr, model_validator

from gigsta_common.settings import ServiceSettings

_S3 = ("s3_endpoint", "s3_key_id", "s3_secret", "s3_uploads_bucket", "s3_images_bucket")


class S3Settings(BaseModel):
    endpoint: str
    region: str
    key_id: str
    secret: SecretStr
    uploads_bucket: str
    images_bucket: str


class Settings(ServiceSettings):
    """Pictures lie in a folder, or where `S3_ENDPOINT` is set, in two buckets there."""

    media_folder: Path = Path(".gigsta/data/media")
    """Where there is no S3. All instances of the service have to share it, and it has to outlive them."""
    media_url: Annotated[str, Field(pattern=r"^(https?://[^?#\s]+|/[^?#\s]+)[^/]$")] = "/api/v1/catalog/images"
    """What the addresses of images begin with. With S3, the address at which the bucket of images is public; without,
    it may name the API's own origin for pages that live at another one. No slash at the end."""
    image_workers: Annotated[int, Field(ge=1, le=16)] = 2
    """Pictures that are worked on at a time; each may take 768 MB."""
    media_sweep_interval: Annotated[float, Field(gt=0)] = 30.0
    """Seconds between two looks for files that nobody needs any more."""

    s3_endpoint: Annotated[str, Field(pattern=r"^https?://[^/?#@\s]+$")] | None = None
    """Scheme and host, such as https://ACCOUNT.r2.cloudflarestorage.com."""
    s3_region: str = "auto"
    s3_key_id: str | None = None
    s3_secret: SecretStr | None = None
    s3_uploads_bucket: str | None = None
    """Private, with a CORS rule that lets our pages PUT with a Content-Type."""
    s3_images_bucket: str | None = None
    """Public, at `media_url`."""

    @model_validator(mode="after")
    def _all_of_s3_or_nothing(self) -> Self:
        missing = [name.upper() for name in _S3 if getattr(self, name) is None]
        if missing and len(missing) < len(_S3):
            raise ValueError(f"{', '.join(missing)} must be set, too, where pictures lie in S3")
        if not missing and self.media_url.startswith("/"):
            raise ValueError("MEDIA_URL must be the address of the public bucket where pictures lie in S3")
        if self.s3_uploads_bucket is not None and self.s3_uploads_bucket == self.s3_images_bucket:
            raise ValueError("S3_UPLOADS_BUCKET and S3_IMAGES_BUCKET must be two buckets: one of them is public")
        return self

    @property
    def s3(self) -> S3Settings | None:
        if self.s3_endpoint is None:
            return None
        names = ("endpoint", "region", "key_id", "secret", "uploads_bucket", "images_bucket")
        return S3Settings(**{name: getattr(self, f"s3_{name}") for name in names})
