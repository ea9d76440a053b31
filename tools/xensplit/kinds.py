# SPDX-License-Identifier: GPL-2.0
"""What the counters of each driver mean: which of them make an operation, a batch, an error.

"In" is towards the guest, reads and packets received, and "out" is from it, for both ends."""

SIZES = ('of_1', 'of_2_to_7', 'of_8_to_31', 'of_32_up')


def sizes(name):
    return tuple(f'{name}_{size}' for size in SIZES)


def hypercalls(*prefixes):
    return tuple(f'{prefix}{call}_hypercalls' for prefix in prefixes
                 for call in ('map', 'unmap', 'copy'))


class Kind:
    """A driver: sums of counters by what they stand for."""

    def __init__(self, name, **groups):
        self.name = name
        self.groups = groups
        # The histogram that a device's percentiles are of.
        self.stage = groups.pop('stage')
        # Rings whose waiting and busy slots make it full.
        self.rings = groups.pop('rings')
        # Batches by size: what is in them, and their counters.
        self.batches = groups.pop('batches')
        # Names of errors, or what these begin with if they end in "*".
        self.errors = groups.pop('errors')

    def sum(self, group, counters):
        return sum(counters.get(name, 0) * factor for name, factor in self.terms(group))

    def terms(self, group):
        for item in self.groups.get(group, ()):
            yield item if isinstance(item, tuple) else (item, 1)

    def error_counts(self, counters):
        """Errors that there have been, by name."""
        return {name: nr for name, nr in counters.items() if nr and any(
            name == error or (error.endswith('*') and name.startswith(error[:-1]))
            for error in self.errors)}


KINDS = {kind.name: kind for kind in (
    Kind('blkback', stage='request', rings=('',),
         ops_in=('reads',), ops_out=('writes', 'barriers', 'flushes', 'discards'),
         bytes_in=(('sectors_read', 512),), bytes_out=(('sectors_written', 512),),
         done=('responses',), batches={'request': ('responses', sizes('passes')),
                                       'answer': ('responses', sizes('drains'))},
         calls=hypercalls('') + ('notifications',),
         events=('interrupts',),
         errors=('refused', 'errors_*', 'grant_errors', 'quarantined', 'events_lost')),
    Kind('blkfront', stage='request', rings=('',),
         ops_in=('reads',),
         ops_out=('writes', 'fua_writes', 'flushes', 'discards', 'secure_discards'),
         bytes_in=(('sectors_read', 512),), bytes_out=(('sectors_written', 512),),
         done=('responses_by_event', 'responses_by_poll', 'responses_missed'),
         batches={'request': ('done', sizes('pushes')), 'answer': ('done', sizes('reaps'))},
         calls=('notifications_sent', 'notifications_repeated'),
         events=('interrupts',),
         errors=('errors', 'unsupported', 'sent_again', 'taken_back', 'grant_errors',
                 'quarantined', 'events_lost', 'responses_missed')),
    Kind('netback', stage='tx_pass', rings=('tx_',),
         ops_in=('rx_packets',), ops_out=('tx_packets',),
         bytes_in=('rx_bytes',), bytes_out=('tx_bytes',), done=('rx_packets', 'tx_packets'),
         batches={'in': ('rx_packets', sizes('rx_flushes')),
                  'out': ('tx_packets', sizes('tx_passes'))},
         calls=hypercalls('tx_', 'rx_') + ('tx_notifications', 'rx_notifications'),
         events=('tx_interrupts', 'rx_interrupts'),
         errors=('tx_bad_*', 'tx_no_memory', 'rx_dropped', 'rx_too_long', 'rx_bad_grant',
                 'tx_grant_errors', 'rx_grant_errors', 'tx_quarantined', 'rx_quarantined',
                 'tx_events_lost', 'rx_events_lost', 'rx_stalls')),
    Kind('netfront', stage='tx_packet', rings=('tx_',),
         ops_in=('rx_packets',), ops_out=('tx_packets',),
         bytes_in=('rx_bytes',), bytes_out=('tx_bytes',), done=('rx_packets', 'tx_packets'),
         batches={'out': ('tx_packets', sizes('tx_pushes'))},
         calls=('tx_notifications_sent', 'tx_notifications_repeated', 'rx_notifications_sent'),
         events=('tx_interrupts', 'rx_interrupts'),
         errors=('tx_dropped', 'tx_refused', 'rx_drop_*', 'rx_refill_failed', 'tx_stalls',
                 'grant_errors', 'quarantined', 'tx_events_lost', 'rx_events_lost')),
)}
