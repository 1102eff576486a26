// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { OwnableUpgradeable } from "@openzeppelin/contracts-upgradeable/access/OwnableUpgradeable.sol";
import { System } from "../../src/base/System.sol";
import { Fund, ITreasury } from "../../src/treasury/ITreasury.sol";
import { Treasury } from "../../src/treasury/Treasury.sol";
import { ValidatorPool } from "../../src/treasury/ValidatorPool.sol";
import { Refuser, TreasuryFixture } from "./TreasuryFixture.sol";

/// @title The funds: what fills them, and that a vote alone empties them.
contract FundsTest is TreasuryFixture {
    function setUp() public {
        setUpTreasury();
    }

    function test_aKeysPriceGoesToTheNetworksFund() public {
        uint256 price = KEYS.weiPrice();
        buyKey(alice);
        assertEq(TREASURY.fundOf(Fund.Network), price, "network");
    }

    function testFuzz_theFoundersShareTheFundsPartOfPeriodZero(uint96 amount, uint96 unearned) public {
        amount = uint96(bound(amount, 0, 10_500_000e18));
        unearned = uint96(bound(unearned, 0, amount));
        receiveEmission(0, amount, unearned);
        uint256 shared = amount - unearned;
        uint256 first = (shared * 3333) / 10_000;
        assertEq(TREASURY.owedTo(founder), first, "the first: rounded down");
        assertEq(TREASURY.owedTo(secondFounder), shared - first, "the last: what that leaves");
        assertEq(TREASURY.fundOf(Fund.Development), unearned, "what nobody earned is development's");
    }

    function testFuzz_laterEmissionIsDevelopments(uint256 period, uint96 amount) public {
        period = bound(period, 1, 1e9);
        receiveEmission(period, amount, amount / 3);
        assertEq(TREASURY.fundOf(Fund.Development), amount, "all of it");
        assertEq(TREASURY.owedTo(founder), 0, "nothing for founders");
    }

    function test_aFounderCollectsOnceWhereItWants() public {
        receiveEmission(0, 10_000, 0);
        vm.prank(founder);
        TREASURY.collect(alice);
        assertEq(alice.balance, 3333, "collected");
        vm.expectRevert(abi.encodeWithSignature("PayoutsNothingOwed(address)", founder));
        vm.prank(founder);
        TREASURY.collect(alice);
    }

    function test_theFoundersAreListed() public view {
        ITreasury.Founder[] memory list = TREASURY.founders();
        assertEq(list.length, 2, "founders");
        assertEq(list[0].account, founder, "the first");
        assertEq(list[1].bps, 6667, "the second's share");
    }

    function test_foundersThatDoNotShareTheWholeAreNone() public {
        ITreasury.Founder[] memory list = new ITreasury.Founder[](1);
        list[0] = ITreasury.Founder(founder, 9999);
        _expectInvalid(list);
        list[0] = ITreasury.Founder(address(0), 10_000);
        _expectInvalid(list);
        list = new ITreasury.Founder[](65);
        for (uint256 i = 0; i < 65; ++i) {
            list[i] = ITreasury.Founder(founder, i == 0 ? 10_000 - 64 : 1);
        }
        _expectInvalid(list);
    }

    function test_onlyTheOwnerSpends() public {
        receiveEmission(1, 100, 0);
        vm.expectRevert(
            abi.encodeWithSelector(OwnableUpgradeable.OwnableUnauthorizedAccount.selector, stranger)
        );
        vm.prank(stranger);
        TREASURY.spend(Fund.Development, stranger, 1);
        vm.prank(owner);
        TREASURY.spend(Fund.Development, alice, 40);
        assertEq(alice.balance, 40, "spent");
        assertEq(TREASURY.fundOf(Fund.Development), 60, "left");
    }

    function test_aFundSpendsWhatItHoldsAndNothingOfTheOthers() public {
        receiveEmission(1, 100, 0);
        vm.deal(address(this), 50);
        (bool sent,) = System.TREASURY.call{ value: 50 }("");
        assertTrue(sent, "a gift");
        vm.expectRevert(abi.encodeWithSelector(ITreasury.TreasuryFundTooSmall.selector, Fund.Network, 51, 50));
        vm.prank(owner);
        TREASURY.spend(Fund.Network, alice, 51);
    }

    function test_spendingToOneThatRefusesSpendsNothing() public {
        receiveEmission(1, 100, 0);
        Refuser refuser = new Refuser();
        vm.expectRevert(abi.encodeWithSelector(ITreasury.TreasuryRefused.selector, address(refuser), 100));
        vm.prank(owner);
        TREASURY.spend(Fund.Development, address(refuser), 100);
        assertEq(TREASURY.fundOf(Fund.Development), 100, "still there");
    }

    function test_onlyTheSettlementBringsEmission() public {
        vm.expectRevert(abi.encodeWithSelector(ITreasury.TreasuryCallerNotSettlement.selector, stranger));
        vm.prank(stranger);
        TREASURY.receiveEmission(0, 0);
    }

    function test_theValidatorsPoolTakesAndHolds() public {
        vm.deal(address(this), 7);
        vm.recordLogs();
        (bool sent,) = System.VALIDATOR_POOL.call{ value: 7 }("");
        assertTrue(sent, "taken");
        assertEq(vm.getRecordedLogs()[0].topics[0], ValidatorPool.Received.selector, "told");
        assertEq(System.VALIDATOR_POOL.balance, 7, "held");
    }

    function _expectInvalid(ITreasury.Founder[] memory list) private {
        Treasury other = Treasury(payable(address(0x7ea5)));
        bytes memory initialize =
            abi.encodeCall(Treasury.initialize, (owner, ITreasury.IncomeShares(5000, 1000, 2000), list));
        bytes memory code = abi.encodePacked(creationCodeOf("Treasury"), abi.encode(GENESIS, PERIOD));
        bytes memory reason = abi.encodeWithSelector(ITreasury.TreasuryFoundersInvalid.selector);
        vm.expectRevert(abi.encodeWithSelector(CreationFailed.selector, address(other), reason));
        this.deployTreasury(address(other), code, initialize);
    }

    function deployTreasury(address target, bytes memory code, bytes memory initialize) external {
        deployProxyAt(target, code, initialize);
    }
}
