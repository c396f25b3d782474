"""The table of the public addresses: a status per method, the same for every account.

What belongs to a later issue is 404 until then. A form without its fields is 400.
"""

TABLE = """
                                                GET  HEAD POST PUT  PATCH DELETE TRACE
/                                               200  200  405  405  405   405    405
/insights/                                      200  200  405  405  405   405    405
/insights/?before=broken                        400  400  405  405  405   405    405
/insights/?order=password                       200  200  405  405  405   405    405
/insights/category/analysis/                    200  200  405  405  405   405    405
/insights/category/no-such-category/            404  404  405  405  405   405    405
/insights/tag/safety/                           200  200  405  405  405   405    405
/insights/author/a-desk/                        200  200  405  405  405   405    405
/insights/series/reading/                       200  200  405  405  405   405    405
/insights/out/                                  200  200  405  405  405   405    405
/insights/draft-of-another/                     404  404  405  405  405   405    405
/insights/handed-in/                            404  404  405  405  405   405    405
/insights/future/                               404  404  405  405  405   405    405
/insights/withdrawn/                            404  404  405  405  405   405    405
/insights/old-address/                          301  301  405  405  405   405    405
/insights/out                                   301  301  301  405  405   405    405
/insights/out/view/                             405  405  204  405  405   405    405
/insights/draft-of-another/view/                405  405  404  405  405   405    405
/insights/out/feedback/                         405  405  400  405  405   405    405
/insights/draft-of-another/feedback/            405  405  404  405  405   405    405
/newsletter/                                    200  200  405  405  405   405    405
/newsletter/subscribe/                          405  405  400  405  405   405    405
/newsletter/confirm/no-such-token/              404  404  404  405  405   405    405
/newsletter/unsubscribe/no-such-token/          404  404  404  405  405   405    405
/newsletter/confirm/{confirmation}/             200  200  200  405  405   405    405
/newsletter/unsubscribe/{leaving}/              200  200  200  405  405   405    405
/privacy/                                       200  200  405  405  405   405    405
/media/{file}                                   200  200  405  405  405   405    405
/media/no-such-picture.png                      404  404  405  405  405   405    405
/healthz                                        200  200  405  405  405   405    405
/livez                                          200  200  405  405  405   405    405
/readyz                                         200  200  405  405  405   405    405
/no-such-page/                                  404  404  404  405  405   405    405
/insights/search/                               200  200  405  405  405   405    405
/insights/search/?q=out                         200  200  405  405  405   405    405
/insights/search/?q=out&page=-1                 400  400  405  405  405   405    405
/insights/out.md                                200  200  405  405  405   405    405
/insights/draft-of-another.md                   404  404  405  405  405   405    405
/insights/future.md                             404  404  405  405  405   405    405
/insights/withdrawn.md                          404  404  405  405  405   405    405
/insights/old-address.md                        301  301  405  405  405   405    405
/insights/out/share-{share}.png                 200  200  405  405  405   405    405
/insights/out/share-0000000000.png              302  302  405  405  405   405    405
/insights/old-address/share-{share}.png         301  301  405  405  405   405    405
/insights/draft-of-another/share-0.png          404  404  405  405  405   405    405
/insights/withdrawn/share-0.png                 404  404  405  405  405   405    405
/insights/share-{site_share}.png                200  200  405  405  405   405    405
/insights/feed.xml                              200  200  405  405  405   405    405
/insights/feed.json                             200  200  405  405  405   405    405
/insights/category/analysis/feed.xml            200  200  405  405  405   405    405
/insights/category/analysis/feed.json           200  200  405  405  405   405    405
/insights/tag/safety/feed.xml                   200  200  405  405  405   405    405
/insights/tag/safety/feed.json                  200  200  405  405  405   405    405
/insights/author/a-desk/feed.xml                200  200  405  405  405   405    405
/insights/author/a-desk/feed.json               200  200  405  405  405   405    405
/insights/tag/no-such-tag/feed.xml              404  404  405  405  405   405    405
/newsletter/issues/                             404  404  404  405  405   405    405
/preview/a-token/                               404  404  405  405  405   405    405
/preview/{preview}/                             200  200  405  405  405   405    405
/preview/{gone_out}/                            302  302  405  405  405   405    405
/preview/{revoked}/                             410  410  405  405  405   405    405
/llms.txt                                       200  200  405  405  405   405    405
/sitemap.xml                                    200  200  405  405  405   405    405
/sitemap-pages.xml                              200  200  405  405  405   405    405
/sitemap-article-{article_part}.xml             200  200  405  405  405   405    405
/sitemap-category-{category_part}.xml           200  200  405  405  405   405    405
/sitemap-tag-{tag_part}.xml                     200  200  405  405  405   405    405
/sitemap-author-{author_part}.xml               404  404  405  405  405   405    405
/sitemap-series-{series_part}.xml               200  200  405  405  405   405    405
/sitemap-article-999999999999.xml               404  404  405  405  405   405    405
/robots.txt                                     200  200  405  405  405   405    405
/markdownx/upload/                              404  404  404  405  405   405    405
/markdownx/markdownify/                         404  404  404  405  405   405    405
"""
