"""Several pictures under one post."""

import io

from PIL import Image

from intranet.testing.house import House


def test_the_gallery_counts_what_the_fourth_picture_stands_for(house: House) -> None:
    raw = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(raw, "PNG")
    files = [(io.BytesIO(raw.getvalue()), f"{n}.png") for n in range(6)]
    ines = house.visitor("ines")
    said = {"body": "Six", "files": files, "alt": [f"Picture {n}" for n in range(6)]}
    assert ines.post("/rooms/workshop/posts", said, content_type="multipart/form-data").status_code == 303
    page = ines.get("/rooms/workshop").text
    assert page.count('<img src="/attachments/') == 6
    assert '<span class="plus needs-js" aria-hidden="true">+2</span>' in page
    assert "and 2 more pictures" in page
