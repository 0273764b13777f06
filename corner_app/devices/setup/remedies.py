"""What can be wrong while a printer is set up, and what helps, the first to try first. Every trouble has a way out."""

from __future__ import annotations

from collections.abc import Mapping

REMEDIES: Mapping[str, tuple[str, ...]] = {
    # Looking
    "nothing_found": ("plug_in", "switch_on", "type_address"),
    "bad_address": ("type_address",),
    # Reaching: the words of `transports.errors.NotSent`
    "missing": ("plug_in", "switch_on", "look_again"),
    "refused": ("same_network", "check_address", "switch_on"),
    "unreachable": ("same_network", "check_address", "switch_on"),
    "denied": ("allow_port", "look_again"),
    "busy": ("close_other_program", "print_again"),
    "timeout": ("switch_off_and_on", "print_again"),
    "full": ("free_disk",),
    "stopped": ("start_queue",),
    "rejecting": ("start_queue",),
    "queue_retries": ("queue_abort",),
    "no_program": ("install_cups",),
    "lost": ("plug_in", "print_again"),
    "reset": ("switch_off_and_on", "print_again"),
    # Language
    "mute": ("switch_on", "wait_until_ready", "choose_language"),
    "one_way": ("choose_language",),
    "no_language": ("choose_language",),
    # Paper
    "no_label_fits": ("for_receipts", "choose_language"),
    "no_roll_fits": ("for_labels", "choose_language"),
    # Printing: the words of `status.FAULTS`
    "media_out": ("load_paper", "print_again"),
    "head_open": ("close_cover", "print_again"),
    "ribbon_out": ("load_ribbon", "print_again"),
    "paper_jam": ("clear_jam", "print_again"),
    "paper_feed": ("clear_jam", "print_again"),
    "cutter": ("clear_jam", "switch_off_and_on"),
    "head_hot": ("let_cool", "print_again"),
    "mark_not_found": ("calibrate", "choose_paper"),
    "mark_calibrate": ("calibrate", "choose_paper"),
    "paused": ("press_feed", "print_again"),
    "buffer_full": ("switch_off_and_on", "print_again"),
    "simulated": ("take_real",),
    "fault": ("switch_off_and_on", "print_again"),
    "offline": ("plug_in", "switch_on", "print_again"),
    "undrawable": ("choose_paper",),
    "nothing_came": ("look_at_light", "print_again"),
    "nothing_came_again": ("calibrate", "choose_paper", "choose_language"),
    "nothing_came_still": ("choose_language", "look_at_cable"),
    "broken": ("restart_program",),
    # What does not stop it yet: the words of `status.WARNINGS`
    "media_low": ("new_roll",),
    "calibrate": ("calibrate",),
    "clean_head": ("clean_head",),
    "replace_head": ("call",),
    # Scanning
    "unread": ("hold_closer", "scan_thick"),
    "unread_again": ("darker", "clean_head"),
    "unread_still": ("allow_code128", "reset_scanner"),
    "older": ("scan_fresh",),
    "other_printer": ("scan_fresh",),
    "other_code": ("scan_fresh",),
    "wrong_digit": ("scan_again", "darker"),
    "lower_case": ("caps_off", "scanner_mode"),
    "other_layout": ("scanner_mode", "us_keyboard", "close_avro"),
    "garbled": ("us_keyboard", "scanner_mode", "reset_scanner"),
    # Keeping
    "not_saved": ("free_disk", "save_again"),
    "bad_settings": ("mend_settings", "save_again"),
    # Of a device that the settings name wrongly
    "twice": ("mend_settings", "restart_program"),
}
"""Words of troubles and remedies; what people read stands under `devices.trouble_…` and `devices.do_…`."""


def remedies_of(trouble: str) -> tuple[str, ...]:
    """What helps, for a word nobody knows: off and on, and once more. Empty without trouble."""
    return REMEDIES.get(trouble, ("switch_off_and_on", "print_again")) if trouble else ()
