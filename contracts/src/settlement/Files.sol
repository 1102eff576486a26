// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Calendar } from "../base/Calendar.sol";
import { System } from "../base/System.sol";
import { IMasternodes } from "../masternodes/IMasternodes.sol";
import { ISettlement } from "./ISettlement.sol";
import { SettlementRule } from "./SettlementRule.sol";

/// @title The witness files of a period: who committed to which, and who holds whose.
/// @dev The set that a period is settled from is what a quorum holds, so nobody chooses it.
abstract contract Files is ISettlement, Calendar {
    /// @custom:storage-location erc7201:nexqloud.storage.Files
    struct FilesStorage {
        mapping(uint256 period => mapping(uint256 seat => bytes32)) files;
        /// Seats with a file.
        mapping(uint256 period => uint256) posted;
        mapping(uint256 period => mapping(uint256 seat => uint256)) held;
        /// Seats that said what they hold.
        mapping(uint256 period => uint256) holders;
        /// The quorum when the first of them did: a file that as many hold is in the set.
        mapping(uint256 period => uint256) needed;
    }

    // keccak256(abi.encode(uint256(keccak256("nexqloud.storage.Files")) - 1)) & ~bytes32(uint256(0xff))
    bytes32 private constant FILES_STORAGE =
        0xb727bfdf4944a0d23b54d5d62afbbea3390e680a5b102ea05f32401e65d97800;

    IMasternodes internal constant MASTERNODES = IMasternodes(System.MASTERNODES);

    /// @notice How long after a period's end files are due, and after that what is held, in seconds.
    uint256 public immutable postingSeconds;

    constructor(uint256 postingSeconds_) {
        postingSeconds = postingSeconds_;
    }

    /// @inheritdoc ISettlement
    function postFile(uint256 period, bytes32 fileHash) external {
        uint8 seat = _seat();
        _requireWithin(period, periodStart(period + 1), filesDueAt(period));
        if (fileHash == 0) revert SettlementFileInvalid(period);
        FilesStorage storage $ = _files();
        uint32 masternode = MASTERNODES.inSeat(seat);
        if ($.files[period][seat] != 0) revert SettlementAlreadyPosted(period, masternode);
        $.files[period][seat] = fileHash;
        $.posted[period] |= 1 << seat;
        emit FilePosted(period, masternode, fileHash);
        MASTERNODES.recordFile(seat, period);
    }

    /// @inheritdoc ISettlement
    function postHeld(uint256 period, uint256 seats) external {
        uint8 seat = _seat();
        _requireWithin(period, filesDueAt(period) + 1, heldDueAt(period));
        FilesStorage storage $ = _files();
        uint32 masternode = MASTERNODES.inSeat(seat);
        if ($.holders[period] & (1 << seat) != 0) revert SettlementAlreadyPosted(period, masternode);
        if ($.holders[period] == 0) $.needed[period] = _quorum();
        $.held[period][seat] = seats & $.posted[period];
        $.holders[period] |= 1 << seat;
        emit HeldPosted(period, masternode, seats);
    }

    /// @inheritdoc ISettlement
    function fileSet(uint256 period) external view returns (uint256 seats) {
        FilesStorage storage $ = _files();
        uint256 holders = $.holders[period];
        uint256 needed = $.needed[period];
        uint16[256] memory holds;
        for (uint256 holder = 0; holder < 256; ++holder) {
            if (holders & (1 << holder) == 0) continue;
            uint256 held = $.held[period][holder];
            for (uint256 seat = 0; seat < 256; ++seat) {
                if (held & (1 << seat) == 0) continue;
                if (++holds[seat] >= needed) seats |= 1 << seat;
            }
        }
    }

    /// @inheritdoc ISettlement
    function fileOf(uint256 period, uint8 seat) external view returns (bytes32) {
        return _files().files[period][seat];
    }

    /// @notice Last second in which files of `period` are taken.
    function filesDueAt(uint256 period) public view returns (uint256) {
        return periodStart(period + 1) + postingSeconds;
    }

    /// @notice Last second in which holders of `period` are taken; its root may be posted after it.
    function heldDueAt(uint256 period) public view returns (uint256) {
        return filesDueAt(period) + postingSeconds;
    }

    function _quorum() private view returns (uint256) {
        uint256 active = SettlementRule.count(MASTERNODES.activeSeats());
        return SettlementRule.quorum(active, SettlementRule.count(MASTERNODES.admittedSeats()));
    }

    function _seat() private view returns (uint8) {
        (bool admitted, uint8 seat) = MASTERNODES.seatOf(msg.sender);
        if (!admitted) revert SettlementCallerNotMasternode(msg.sender);
        return seat;
    }

    function _requireWithin(uint256 period, uint256 from, uint256 until) private view {
        if (block.timestamp < from) revert SettlementTooEarly(period, from);
        if (block.timestamp > until) revert SettlementTooLate(period, until);
    }

    function _files() private pure returns (FilesStorage storage $) {
        assembly {
            $.slot := FILES_STORAGE
        }
    }
}
