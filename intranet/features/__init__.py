"""The features: each a folder that answers hooks. None knows another."""
