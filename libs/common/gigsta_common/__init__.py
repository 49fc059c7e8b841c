"""What every GigSta service shares, and nothing of any one service's business."""
