"""The embedded sample: a made-up business world, its generator, and the run that shows the product on it.

:func:`lookalike.demo.world.build` makes the world with its truth, :func:`lookalike.demo.sample.write_sample`
writes what a user of the product would have of it: deals, leads, events and an archive of websites. The
generator writes raw data only and knows nothing of enrichment.
"""
