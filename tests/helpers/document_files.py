"""Files of several pages, made for tests."""

import io

from PIL import Image

BLACK, WHITE = 0, 255


def make_gray(level, size=(60, 40)):
    """Make a picture of one gray level."""
    return Image.new("RGB", size, (level, level, level))


def encode(images, form, **settings):
    """Return pictures as the bytes of one file."""
    from pillow_heif import register_heif_opener

    register_heif_opener()
    first, *others = images
    content = io.BytesIO()
    # Pillow keeps settings of a picture that it has saved.
    several = {"save_all": True, "append_images": others} if others else {}
    first.copy().save(content, form, **several, **settings)
    return content.getvalue()


def make_pdf(*objects, trailer=b""):
    """Make a PDF of numbered objects, of which the first is its catalog, and the second the tree of its pages."""
    content = b"%PDF-1.4\n"
    places = []
    for number, item in enumerate([b"<</Type/Catalog/Pages 2 0 R>>", *objects], 1):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (number, item)
    entries = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(places) + 1, entries)
    end = b"trailer\n<</Size %d/Root 1 0 R%b>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, trailer, len(content))
    return content + table + end


def make_empty_pages(*sizes):
    """Make a PDF of empty pages, each of a width and height in points."""
    kids = b" ".join(b"%d 0 R" % (3 + index) for index in range(len(sizes)))
    pages = [b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]>>" % size for size in sizes]
    return make_pdf(b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, len(sizes)), *pages)


def make_scan(pixels, points, drawing=b"", turn=0):
    """Make a PDF whose page, of a width and height in points, is filled by a white picture; `drawing` lies over it."""
    picture = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8/Length %d>>"
    size = pixels[0] * pixels[1]
    content = b"q %g 0 0 %g 0 0 cm /Scan Do Q %b" % (*points, drawing)
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %g %g]/Rotate %d/Contents 4 0 R/Resources<</XObject<</Scan 5 0 R>>>>>>"
    )
    return make_pdf(
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page % (*points, turn),
        b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        picture % (*pixels, size) + b"stream\n" + bytes([WHITE]) * size + b"\nendstream",
    )


LOCKED_PDF = make_pdf(
    b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    b"<</Filter/Standard/V 1/R 2/P -4/O<%b>/U<%b>>>" % (b"01" * 32, b"02" * 32),
    trailer=b"/Encrypt 4 0 R/ID[<00><00>]",
)
# Of its two pages the second one is missing.
HALF_A_PDF = make_pdf(b"<</Type/Pages/Kids[3 0 R]/Count 2>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")
