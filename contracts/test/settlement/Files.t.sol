// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { SettlementFixture } from "./SettlementFixture.sol";

/// @title Which files are in the set that a period is settled from.
contract FilesTest is SettlementFixture {
    function setUp() public {
        setUpSettlement();
    }

    function test_aFileThatNobodyPostedIsInNoSetWhoeverClaimsToHoldIt() public {
        _postFiles(2);
        for (uint256 seat = 0; seat < MASTERNODES_COUNT; ++seat) {
            _postHeld(seat, type(uint256).max);
        }
        assertEq(SETTLEMENT.fileSet(0), 3, "the two that were posted");
    }

    /// @dev Whoever posts last could otherwise choose the moment in which a quorum is small.
    function test_theQuorumIsTheOneOfTheFirstHolder() public {
        _postFiles(1);
        _postHeld(0, 1);
        SEATS.setActiveSeats(7);
        _postHeld(1, 1);
        _postHeld(2, 1);
        assertEq(SETTLEMENT.fileSet(0), 0, "three of the five that were active hold it");
        _postHeld(3, 1);
        assertEq(SETTLEMENT.fileSet(0), 1, "four do");
    }

    function _postFiles(uint256 count) private {
        vm.warp(GENESIS + PERIOD);
        for (uint256 seat = 0; seat < count; ++seat) {
            vm.prank(masternode(seat));
            SETTLEMENT.postFile(0, bytes32(seat + 1));
        }
        vm.warp(GENESIS + PERIOD + POSTING + 1);
    }

    function _postHeld(uint256 seat, uint256 seats) private {
        vm.prank(masternode(seat));
        SETTLEMENT.postHeld(0, seats);
    }
}
