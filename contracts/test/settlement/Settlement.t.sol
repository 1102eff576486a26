// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { ECDSA } from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import { OwnableUpgradeable } from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import { System } from "../../src/base/System.sol";
import { ISettlement } from "../../src/settlement/ISettlement.sol";
import { SettlementRule } from "../../src/settlement/SettlementRule.sol";
import { SettlementFixture } from "./SettlementFixture.sol";

/// @title Files and roots: who may say what, when, and how many must agree.
contract SettlementTest is SettlementFixture {
    bytes32 private constant LEAF = keccak256("leaf");
    bytes32 private constant OTHER = keccak256("other");

    function setUp() public {
        setUpSettlement();
    }

    // ---- files ----

    function test_filesAreTakenFromThePeriodsEndUntilTheyAreDue() public {
        vm.startPrank(masternode(0));
        vm.warp(GENESIS + PERIOD - 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementTooEarly.selector, 0, GENESIS + PERIOD));
        SETTLEMENT.postFile(0, LEAF);
        uint256 due = GENESIS + PERIOD + POSTING;
        vm.warp(due + 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementTooLate.selector, 0, due));
        SETTLEMENT.postFile(0, LEAF);
        vm.warp(due);
        SETTLEMENT.postFile(0, LEAF);
        assertEq(SETTLEMENT.fileOf(0, 0), LEAF, "the file");
        assertEq(SEATS.recorded(), 1, "the activity");
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementAlreadyPosted.selector, 0, 1));
        SETTLEMENT.postFile(0, OTHER);
        vm.stopPrank();
    }

    function test_anEmptyHashIsNoFile() public {
        vm.warp(GENESIS + PERIOD);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementFileInvalid.selector, 0));
        vm.prank(masternode(0));
        SETTLEMENT.postFile(0, 0);
    }

    function test_strangersPostNothing() public {
        vm.warp(GENESIS + PERIOD);
        bytes memory refusal =
            abi.encodeWithSelector(ISettlement.SettlementCallerNotMasternode.selector, address(this));
        vm.expectRevert(refusal);
        SETTLEMENT.postFile(0, LEAF);
        vm.expectRevert(refusal);
        SETTLEMENT.postHeld(0, 1);
    }

    function test_theSetIsWhatAQuorumHolds() public {
        vm.warp(GENESIS + PERIOD);
        for (uint256 seat = 0; seat < 3; ++seat) {
            vm.prank(masternode(seat));
            SETTLEMENT.postFile(0, bytes32(seat + 1));
        }
        vm.warp(GENESIS + PERIOD + POSTING + 1);
        uint256[5] memory held = [uint256(7), 7, 3, 31, 1];
        for (uint256 seat = 0; seat < 5; ++seat) {
            vm.prank(masternode(seat));
            SETTLEMENT.postHeld(0, held[seat]);
        }
        assertEq(SETTLEMENT.fileSet(0), 3, "four of five hold the first two; seats 3 and 4 posted none");
        SEATS.setActiveSeats(1);
        assertEq(SETTLEMENT.fileSet(0), 3, "who is active later does not change it");
    }

    /// @dev Five seats; two numbers make each bitmap, so that three of four bits are set.
    function testFuzz_theSetIsEveryFileThatAQuorumHolds(uint8[7] memory some, uint8[7] memory more) public {
        uint256[7] memory bits;
        for (uint256 i = 0; i < 7; ++i) {
            bits[i] = some[i] | more[i];
        }
        _postHeldBy(bits);
        (uint256 posters, uint256 holders) = (bits[5], bits[6]);
        uint256 expected = 0;
        for (uint256 file = 0; file < 5; ++file) {
            if (posters & (1 << file) == 0) continue;
            uint256 holding = 0;
            for (uint256 seat = 0; seat < 5; ++seat) {
                if (holders & (1 << seat) != 0 && bits[seat] & (1 << file) != 0) ++holding;
            }
            if (holding >= 4) expected |= 1 << file;
        }
        assertEq(SETTLEMENT.fileSet(0), expected, "four of five hold it");
    }

    /// @param bits what each of five seats holds, then which of them post a file, then which say what they hold
    function _postHeldBy(uint256[7] memory bits) private {
        vm.warp(GENESIS + PERIOD);
        for (uint256 seat = 0; seat < 5; ++seat) {
            if (bits[5] & (1 << seat) == 0) continue;
            vm.prank(masternode(seat));
            SETTLEMENT.postFile(0, keccak256(abi.encode(seat)));
        }
        vm.warp(GENESIS + PERIOD + POSTING + 1);
        for (uint256 seat = 0; seat < 5; ++seat) {
            if (bits[6] & (1 << seat) == 0) continue;
            vm.prank(masternode(seat));
            SETTLEMENT.postHeld(0, bits[seat]);
        }
    }

    function test_holdersAreTakenInTheirOwnTimeAndOnce() public {
        uint256 from = GENESIS + PERIOD + POSTING + 1;
        vm.startPrank(masternode(0));
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementTooEarly.selector, 0, from));
        SETTLEMENT.postHeld(0, 1);
        vm.warp(from + POSTING);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementTooLate.selector, 0, from + POSTING - 1));
        SETTLEMENT.postHeld(0, 1);
        vm.warp(from + POSTING - 1);
        SETTLEMENT.postHeld(0, 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementAlreadyPosted.selector, 0, 1));
        SETTLEMENT.postHeld(0, 1);
        vm.stopPrank();
    }

    // ---- roots ----

    function test_aQuorumSettlesAtOnceAndTheEmissionIsDivided() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, POT - 5);
        vm.warp(afterDue(0));
        SETTLEMENT.postRoot(root, signed(root, 15));
        (bytes32 settled, uint256 time) = SETTLEMENT.rootOf(0);
        assertEq(settled, LEAF, "the root");
        assertEq(time, block.timestamp, "its time");
        assertEq(SETTLEMENT.potLeft(0), POT - 5, "the pot is what the rewards sum to");
        assertEq(TREASURY.received(0), 1_000_000 + 5, "the fund has its part and what rewards leave");
        assertEq(System.VALIDATOR_POOL.balance, 1_000_000, "the validators");
        (bool exists, uint256 newest) = SETTLEMENT.newestPeriod();
        assertTrue(exists && newest == 0, "the newest");
    }

    function test_aPeriodInWhichNobodyEarnedPaysTheFund() public {
        settle(rootOfOne(0, LEAF, 0));
        assertEq(TREASURY.received(0), 9_000_000, "pot and fund");
    }

    function test_fewerThanAQuorumSettleNothing() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, 0);
        vm.warp(afterDue(0));
        bytes[] memory three = signed(root, 7);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementTooFewSignatures.selector, 3, 4));
        SETTLEMENT.postRoot(root, three);
    }

    function test_aRootWaitsUntilHoldersAreDue() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, 0);
        bytes[] memory all = signed(root, 31);
        vm.warp(afterDue(0) - 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementTooEarly.selector, 0, afterDue(0)));
        SETTLEMENT.postRoot(root, all);
    }

    function test_aSettledPeriodIsSettledForEver() public {
        settle(rootOfOne(0, LEAF, 0));
        ISettlement.Root memory root = rootOfOne(0, OTHER, 0);
        bytes[] memory all = signed(root, 31);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementRootKnown.selector, 0, LEAF));
        SETTLEMENT.postRoot(root, all);
    }

    function test_aSignatureCountsOnceAndOnlyForWhatItSigned() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, 0);
        vm.warp(afterDue(0));
        bytes[] memory twice = signed(root, 15);
        twice[3] = twice[2];
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.SettlementSignaturesUnordered.selector, masternode(2))
        );
        SETTLEMENT.postRoot(root, twice);
        bytes[] memory all = signed(root, 31);
        root.rewards = 1;
        // Over other words a signature is that of a key nobody knows.
        vm.expectPartialRevert(ISettlement.SettlementNotActive.selector);
        SETTLEMENT.postRoot(root, all);
        root = rootOfOne(1, LEAF, 0);
        vm.warp(afterDue(1));
        vm.expectPartialRevert(ISettlement.SettlementNotActive.selector);
        SETTLEMENT.postRoot(root, all);
    }

    function test_aSignatureForAnotherChainDoesNotCount() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, 0);
        bytes[] memory all = signed(root, 31);
        vm.warp(afterDue(0));
        vm.chainId(77);
        vm.expectPartialRevert(ISettlement.SettlementNotActive.selector);
        SETTLEMENT.postRoot(root, all);
    }

    function test_aMangledSignatureIsRefused() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, 0);
        vm.warp(afterDue(0));
        bytes[] memory all = signed(root, 31);
        all[0] = hex"00";
        vm.expectRevert(abi.encodeWithSelector(ECDSA.ECDSAInvalidSignatureLength.selector, 1));
        SETTLEMENT.postRoot(root, all);
    }

    function test_whoIsNotActiveDoesNotSign() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, 0);
        vm.warp(afterDue(0));
        bytes[] memory all = signed(root, 31);
        SEATS.setActiveSeats(15);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementNotActive.selector, masternode(4)));
        SETTLEMENT.postRoot(root, all);
        SETTLEMENT.postRoot(root, signed(root, 7));
        (bytes32 settled,) = SETTLEMENT.rootOf(0);
        assertEq(settled, LEAF, "three of four active");
    }

    function test_anEmptyRootIsNone() public {
        ISettlement.Root memory root = rootOfOne(0, 0, 0);
        vm.warp(afterDue(0));
        bytes[] memory all = signed(root, 31);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementRootInvalid.selector, 0));
        SETTLEMENT.postRoot(root, all);
    }

    function test_rewardsNeverExceedThePot() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, POT + 1);
        vm.warp(afterDue(0));
        bytes[] memory all = signed(root, 31);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementPotExceeded.selector, 0, POT + 1, POT));
        SETTLEMENT.postRoot(root, all);
    }

    function test_missedPeriodsAreSettledInAnyOrderAndTheNewestStays() public {
        settle(rootOfOne(4, LEAF, 0));
        settle(rootOfOne(1, OTHER, 0));
        (, uint256 newest) = SETTLEMENT.newestPeriod();
        assertEq(newest, 4, "an old period is not new");
    }

    // ---- late roots ----

    function test_aMajorityProposesAfterSevenPeriodsOnly() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, 0);
        bytes[] memory three = signed(root, 7);
        vm.warp(GENESIS + 8 * PERIOD - 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementTooFewSignatures.selector, 3, 4));
        SETTLEMENT.postRoot(root, three);
        vm.warp(GENESIS + 8 * PERIOD);
        bytes[] memory two = signed(root, 3);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementTooFewSignatures.selector, 2, 3));
        SETTLEMENT.postRoot(root, two);
        SETTLEMENT.postRoot(root, three);
        (bytes32 settled,) = SETTLEMENT.rootOf(0);
        assertEq(settled, 0, "only proposed");
        (, uint256 signatures, uint256 finalAt) = SETTLEMENT.proposalOf(0);
        assertEq(signatures, 3, "signatures");
        assertEq(finalAt, GENESIS + 10 * PERIOD, "two periods to challenge it");
    }

    function test_aProposalIsFinalAfterItsChallengeTime() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, 7);
        vm.warp(GENESIS + 8 * PERIOD);
        SETTLEMENT.postRoot(root, signed(root, 7));
        vm.warp(GENESIS + 10 * PERIOD - 1);
        vm.expectRevert(
            abi.encodeWithSelector(ISettlement.SettlementTooEarly.selector, 0, GENESIS + 10 * PERIOD)
        );
        SETTLEMENT.acceptRoot(0);
        vm.warp(GENESIS + 10 * PERIOD);
        SETTLEMENT.acceptRoot(0);
        (bytes32 settled,) = SETTLEMENT.rootOf(0);
        assertEq(settled, LEAF, "final");
        assertEq(SETTLEMENT.potLeft(0), 7, "its pot");
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementNoProposal.selector, 0));
        SETTLEMENT.acceptRoot(0);
    }

    function test_moreSignaturesReplaceAProposalAndStartTheTimeAnew() public {
        SEATS.setActiveSeats(31);
        ISettlement.Root memory root = rootOfOne(0, LEAF, 0);
        ISettlement.Root memory better = rootOfOne(0, OTHER, 0);
        SEATS.add(vm.addr(keys[0]), 0);
        vm.warp(GENESIS + 8 * PERIOD);
        SETTLEMENT.postRoot(root, signed(root, 7));
        bytes[] memory three = signed(better, 28);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementProposalWeaker.selector, 0, 3, 3));
        SETTLEMENT.postRoot(better, three);
        vm.warp(GENESIS + 9 * PERIOD);
        SEATS.setActiveSeats(31 | 7 << 8);
        SETTLEMENT.postRoot(better, signed(better, 31));
        (bytes32 proposed,, uint256 finalAt) = SETTLEMENT.proposalOf(0);
        assertEq(proposed, OTHER, "five of eight outvote three");
        assertEq(finalAt, GENESIS + 11 * PERIOD, "anew");
    }

    function test_moreSignaturesForTheSameRootDoNotDelayIt() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, 0);
        SEATS.setActiveSeats(31 | 1 << 8);
        vm.warp(GENESIS + 8 * PERIOD);
        SEATS.setActiveSeats(31);
        SETTLEMENT.postRoot(root, signed(root, 7));
        vm.warp(GENESIS + 9 * PERIOD);
        SEATS.setActiveSeats(31 | 3 << 8);
        SETTLEMENT.postRoot(root, signed(root, 15));
        (, uint256 signatures, uint256 finalAt) = SETTLEMENT.proposalOf(0);
        assertEq(signatures, 4, "four now");
        assertEq(finalAt, GENESIS + 10 * PERIOD, "the same time");
    }

    function test_aQuorumEndsAChallenge() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, 0);
        vm.warp(GENESIS + 8 * PERIOD);
        SETTLEMENT.postRoot(root, signed(root, 7));
        ISettlement.Root memory agreed = rootOfOne(0, OTHER, 0);
        SETTLEMENT.postRoot(agreed, signed(agreed, 30));
        (bytes32 settled,) = SETTLEMENT.rootOf(0);
        assertEq(settled, OTHER, "the quorum's");
        vm.warp(GENESIS + 12 * PERIOD);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementNoProposal.selector, 0));
        SETTLEMENT.acceptRoot(0);
    }

    function test_aProposalsRewardsNeverExceedThePot() public {
        ISettlement.Root memory root = rootOfOne(0, LEAF, POT + 1);
        vm.warp(GENESIS + 8 * PERIOD);
        bytes[] memory three = signed(root, 7);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementPotExceeded.selector, 0, POT + 1, POT));
        SETTLEMENT.postRoot(root, three);
    }

    // ---- parameters ----

    function test_newSharesCountFromTheNextPeriodOn() public {
        vm.warp(GENESIS + 10);
        vm.prank(owner);
        SETTLEMENT.setEmissionShares(ISettlement.EmissionShares(6000, 4000));
        settle(rootOfOne(0, LEAF, 0));
        settle(rootOfOne(1, LEAF, 0));
        assertEq(TREASURY.received(0), 9_000_000, "period 0 started before");
        assertEq(TREASURY.received(1), 6_000_000, "period 1 after");
    }

    function test_contributorsGetSixtyPercentAtLeast() public {
        vm.startPrank(owner);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementSharesInvalid.selector, 5999, 0));
        SETTLEMENT.setEmissionShares(ISettlement.EmissionShares(5999, 0));
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementSharesInvalid.selector, 6000, 4001));
        SETTLEMENT.setEmissionShares(ISettlement.EmissionShares(6000, 4001));
        vm.stopPrank();
        vm.expectRevert(
            abi.encodeWithSelector(OwnableUpgradeable.OwnableUnauthorizedAccount.selector, address(this))
        );
        SETTLEMENT.setEmissionShares(ISettlement.EmissionShares(6000, 0));
    }

    function test_onlyTheEmissionSendsMoney() public {
        vm.deal(address(this), 1);
        (bool sent, bytes memory reason) = address(SETTLEMENT).call{ value: 1 }("");
        assertFalse(sent, "sent");
        assertTrue(bytes4(reason) == ISettlement.SettlementCallerNotEmission.selector, "reason");
    }

    function testFuzz_theQuorumIsTwoThirdsAndAMajorityOfAll(uint256 active, uint256 admitted) public pure {
        admitted = bound(admitted, 1, 256);
        active = bound(active, 0, admitted);
        uint256 quorum = SettlementRule.quorum(active, admitted);
        assertTrue(3 * quorum >= 2 * active, "two thirds of those that are active");
        assertTrue(2 * quorum > admitted, "more than half of all, so that two quorums share one");
        bool fewer = 3 * (quorum - 1) >= 2 * active && 2 * (quorum - 1) > admitted;
        assertFalse(fewer, "no more than that");
    }

    function test_whoIsAwakeAloneDecidesNothing() public {
        SEATS.setActiveSeats(1);
        SEATS.setSleepingSeats(30);
        ISettlement.Root memory root = rootOfOne(0, LEAF, POT);
        vm.warp(afterDue(0));
        _refuseOne(root);
        vm.warp(GENESIS + 100 * PERIOD);
        _refuseOne(root);
    }

    /// @dev One of five: three are more than half.
    function _refuseOne(ISettlement.Root memory root) private {
        bytes[] memory one = signed(root, 1);
        vm.expectRevert(abi.encodeWithSelector(ISettlement.SettlementTooFewSignatures.selector, 1, 3));
        SETTLEMENT.postRoot(root, one);
    }

    function testFuzz_anEmissionIsDividedToTheWei(uint256 emission, uint256 contributors, uint256 validators)
        public
        pure
    {
        emission = bound(emission, 0, 3600e18);
        contributors = bound(contributors, 0, 10_000);
        validators = bound(validators, 0, 10_000 - contributors);
        (uint256 pot, uint256 toValidators, uint256 fund) =
            SettlementRule.divide(emission, contributors, validators);
        assertEq(pot + toValidators + fund, emission, "all of it");
        assertTrue(pot <= emission * contributors / 10_000, "never more than the share");
    }
}
